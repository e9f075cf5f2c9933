/**
 * Calls `stop` once when the process receives a stop signal, or when the supervisor that forked it
 * ends. A second signal has the system's default effect and ends the process.
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
