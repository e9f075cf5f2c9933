import { createHash } from 'node:crypto';
import { uuidOfHash } from '../../contracts/uuid.js';

/** The case key of a transaction, derived so that a second run gives the same. */
export const crossReferenceOf = (transactionId: string): string =>
  uuidOfHash(createHash('sha256').update(`case\u0000${transactionId}`).digest('hex'));

/**
 * The transaction id of a workflow id. It never changes for the same banner, order and group, from
 * which the workflow id is built.
 */
export const transactionIdOfWorkflow = (workflowId: string): string =>
  `tx_${createHash('sha256').update(workflowId).digest('hex').slice(0, 32)}`;
