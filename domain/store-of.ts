import { isPickup } from './facts/shipping-method.js';
import { sourceOf } from './facts/transaction.js';
import { remembered } from './remembered.js';
import type { SanitisedTransaction } from './transaction.js';

type Lines = Pick<SanitisedTransaction, 'items'>;

const methodsOf = ({ items }: Lines): string[] => [
  ...new Set(items.map(({ shippingMethod }) => shippingMethod)),
];

/** Whether every line is collected, so that strangers share the place that the order names. */
export const isCollected = remembered((order: Lines): boolean => methodsOf(order).every(isPickup));

/**
 * The place in a store where goods are handed over: its tills, or its counter for what was ordered
 * elsewhere. Undefined for an order that is sent to the customer: its store number is the web
 * shop's, or that of the stock. The banner is part of the text, because chains number their stores
 * alike. Tills and counter are apart, because tills have far more orders.
 */
export const storeOf = ({
  banner,
  source,
  storeNumber,
  items,
}: Pick<SanitisedTransaction, 'banner' | 'source' | 'storeNumber' | 'items'>):
  | string
  | undefined => {
  if (sourceOf({ source }) === 'store') return `${banner}:${storeNumber}:till`;
  return methodsOf({ items }).some(isPickup) ? `${banner}:${storeNumber}:pickup` : undefined;
};
