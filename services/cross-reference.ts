import { createHash } from 'node:crypto';
import { uuidOfHash } from '../contracts/uuid.js';

/** The case key of a transaction, derived so that a second run finds the same. */
export const crossReferenceOf = (transactionId: string): string =>
  uuidOfHash(createHash('sha256').update(`case\u0000${transactionId}`).digest('hex'));
