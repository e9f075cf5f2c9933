/**
 * Mails and Sparkfly's listing are slow and may hang; on a queue of their own they take no slot
 * from orders.
 */
export const alertQueueOf = (taskQueue: string): string => `${taskQueue}-alerts`;
