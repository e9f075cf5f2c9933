import { createHash } from 'node:crypto';

/**
 * The id of the transaction that a workflow id stands for: the same for ever for the same banner,
 * order and group, which the workflow id is made of.
 */
export const transactionIdOfWorkflow = (workflowId: string): string =>
  `tx_${createHash('sha256').update(workflowId).digest('hex').slice(0, 32)}`;
