/** A server of the storm, in a process of its own. */
interface Server {
  readonly close: () => Promise<unknown>;
}

/** Runs a server until this process is told to stop, or its parent is gone. */
export const runServer = async (start: () => Promise<Server>): Promise<void> => {
  const server = await start();
  const stop = (): void => {
    void server.close().then(() => process.exit(0));
  };
  for (const name of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(name, stop);
};

/** A variable that the storm gives to each of its servers. */
export const given = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};
