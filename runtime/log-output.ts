import { writeSync } from 'node:fs';
import { type DestinationStream, pino } from 'pino';

/** The buffer for lines that cannot be written, in bytes. */
const keptBytes = 1_000_000;

/** Standard error may be on the same full disk. */
const writeToStderr = (text: string): void => {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // There is no other place to report it.
  }
};

/**
 * The standard output for log lines. Never throws: lines that cannot be written, as on a full disk,
 * are buffered up to 1 MB and then lost. Standard error reports that once for each spell.
 */
export const createLogOutput = (): DestinationStream => {
  const output = pino.destination({ dest: 1, sync: true, maxLength: keptBytes });
  let isFailing = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (isFailing) return;
    isFailing = true;
    const why = error.code === 'ENOSPC' ? 'the disk is full' : (error.code ?? 'unknown fault');
    writeToStderr(`log lines cannot be written (${why}); newer ones may be lost until that ends`);
  });
  output.on('write', () => {
    isFailing = false;
  });
  // With a full buffer, the stream would not retry by itself.
  output.on('drop', () => {
    try {
      output.flushSync();
    } catch {
      // Still not writable.
    }
  });
  return output;
};
