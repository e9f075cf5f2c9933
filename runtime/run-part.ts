import { ConfigError } from './env.js';
import { safeError } from './logger.js';

const print = (error: unknown): void => {
  const text =
    error instanceof ConfigError
      ? error.message
      : `cannot go on: ${JSON.stringify(safeError(error))}`;
  process.stderr.write(`${text}\n`);
};

/**
 * Runs the main function of a process and exits when it fails. Prints an invalid configuration in
 * plain words, and any other error, also a later one, by type and stack, since its message may hold
 * personal data.
 */
export const runPart = (main: () => Promise<void>): void => {
  const fail = (error: unknown) => {
    print(error);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  main().catch(fail);
};
