import { createHash } from 'node:crypto';
import { uuidOfHash } from '../../contracts/uuid.js';

/** The case key of a transaction, derived so that a second run finds the same. */
export const crossReferenceOf = (transactionId: string): string =>
  uuidOfHash(createHash('sha256').update(`case\u0000${transactionId}`).digest('hex'));

/**
 * The id of the transaction that a workflow id stands for: the same for ever for the same banner,
 * order and group, which the workflow id is made of.
 */
export const transactionIdOfWorkflow = (workflowId: string): string =>
  `tx_${createHash('sha256').update(workflowId).digest('hex').slice(0, 32)}`;
