import { createHash } from 'node:crypto';

/**
 * The value that stands for one change against what is in force. It is no secret: it keeps a
 * confirmation from being given to anything but what its figures were told of.
 */
export const confirmValue = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
