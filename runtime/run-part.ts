import { ConfigError } from './env.js';
import { safeError } from './logger.js';

const tell = (error: unknown): void => {
  const told =
    error instanceof ConfigError
      ? error.message
      : `cannot go on: ${JSON.stringify(safeError(error))}`;
  process.stderr.write(`${told}\n`);
};

/**
 * Runs the main function of a process. A configuration that cannot be used is told in plain words;
 * any other fault, then and later, is told by its type and place, since its message may hold a
 * value.
 */
export const runPart = (main: () => Promise<void>): void => {
  const fail = (error: unknown) => {
    tell(error);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  main().catch(fail);
};
