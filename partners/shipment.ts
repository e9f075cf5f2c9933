import type { Item } from '../contracts/hbc/transaction.js';
import { addressKeyOf } from '../domain/address/place-key.js';
import { toUnits } from '../domain/money.js';

/**
 * The line whose address and method stand for the whole order: the first line to the address with
 * the largest sum of `extendedPrice`. On a tie the earlier address wins.
 */
export const mainLineOf = (items: readonly Item[]): Item => {
  const shipments = new Map<string, { line: Item; units: number }>();
  for (const line of items) {
    const key = addressKeyOf(line.shippingAddress);
    const { line: first, units } = shipments.get(key) ?? { line, units: 0 };
    shipments.set(key, { line: first, units: units + toUnits(line.extendedPrice) });
  }
  const [first, ...others] = shipments.values();
  if (first === undefined) throw new RangeError('a transaction has at least one item');
  return others.reduce((best, next) => (next.units > best.units ? next : best), first).line;
};
