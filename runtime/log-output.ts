import { writeSync } from 'node:fs';
import { type DestinationStream, pino } from 'pino';

/** Lines that cannot be written are kept for a while, up to this many bytes. */
const keptBytes = 1_000_000;

/** Standard error may lie on the same full disk. */
const sayToPeople = (text: string): void => {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody can be told.
  }
};

/**
 * Standard output as the place of log lines. Never throws: lines that cannot be written, as on a
 * full disk, are kept up to 1 MB and then lost, and standard error says so once for each spell.
 */
export const createLogOutput = (): DestinationStream => {
  const output = pino.destination({ dest: 1, sync: true, maxLength: keptBytes });
  let isFailing = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (isFailing) return;
    isFailing = true;
    const why = error.code === 'ENOSPC' ? 'the disk is full' : (error.code ?? 'unknown fault');
    sayToPeople(`log lines cannot be written (${why}); newer ones may be lost until that ends`);
  });
  output.on('write', () => {
    isFailing = false;
  });
  // With that much kept, the stream by itself would not try again.
  output.on('drop', () => {
    try {
      output.flushSync();
    } catch {
      // Still not to be written.
    }
  });
  return output;
};
