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

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a variable that the storm gives to each of its servers. Throws when it is missing. */
export const readGiven =
  (env: Environment) =>
  (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new Error(`${name} is missing`);
    return value;
  };
