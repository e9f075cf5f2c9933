import { ConfigError } from './env.js';
import { safeError } from './logger.js';

/**
 * Runs the main function of a process. A configuration that cannot be used is told in plain words;
 * any other fault at start is told by its type and place, since its message may hold a value.
 */
export const runPart = (main: () => Promise<void>): void => {
  main().catch((error: unknown) => {
    const told =
      error instanceof ConfigError
        ? error.message
        : `cannot start: ${JSON.stringify(safeError(error))}`;
    process.stderr.write(`${told}\n`);
    process.exit(1);
  });
};
