import { createHash } from 'node:crypto';

/**
 * The case key of a transaction: a name-based UUID, derived so that a second run finds the same.
 */
export const crossReferenceOf = (transactionId: string): string => {
  const hex = createHash('sha256').update(`case\u0000${transactionId}`).digest('hex');
  const digits = `${hex.slice(0, 12)}5${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
