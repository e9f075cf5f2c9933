/**
 * Calls `stop` once when the process is asked to end: by a signal, or by the end of the supervisor
 * that forked it. A second signal is left to the system's default and ends the process.
 */
export const onShutdown = (stop: () => Promise<void>): void => {
  let isStopping = false;
  const begin = () => {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', begin);
  process.once('SIGINT', begin);
  process.once('disconnect', begin);
};
