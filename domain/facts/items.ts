import type { Item } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import { sumAmounts, toUnits } from '../money.js';
import { remembered } from '../remembered.js';
import { normaliseWords } from '../text.js';
import { amountOf, countOf, defineFacts, flag, number } from './fact-group.js';
import { hasAnyPhrase, withoutQualified } from './settings-words.js';

/** The highest quantity of one SKU, summed over its lines; 0 without lines. */
const maxSameSku = (items: readonly Item[]): number => {
  const quantities = new Map<number, number>();
  for (const { skuNumber, quantity } of items) {
    quantities.set(skuNumber, (quantities.get(skuNumber) ?? 0) + quantity);
  }
  return Math.max(0, ...quantities.values());
};

/** The line price may differ from unit price times quantity by 0.02 per piece, for rounding. */
export const isPriceOverridden = ({ price, extendedPrice, quantity }: Item): boolean =>
  Math.abs(toUnits(extendedPrice) / quantity - toUnits(price)) > toUnits(0.02);

export const itemFacts = defineFacts(
  {
    lines: countOf('Order lines.'),
    quantity: countOf('Total quantity of all lines.'),
    goodsTotal: number('Sum of the extended prices.'),
    maxSameSku: countOf('Highest quantity of one SKU.'),
    marginTotal: number('Sum of the margins, where given.'),
    costAbovePrice: flag("A line's cost is above its extended price."),
    priceOverridden: flag(
      "A line's price is not unit price times quantity, give or take 0.02 per piece.",
    ),
  },
  ({ transaction: { items } }) => ({
    lines: items.length,
    quantity: items.reduce((sum, item) => sum + item.quantity, 0),
    goodsTotal: sumAmounts(items.map((item) => item.extendedPrice)),
    maxSameSku: maxSameSku(items),
    marginTotal: sumAmounts(items.map((item) => item.marginAmount ?? 0)),
    costAbovePrice: items.some(({ costAmount, extendedPrice }) =>
      costAmount === undefined ? false : costAmount > extendedPrice,
    ),
    priceOverridden: items.some(isPriceOverridden),
  }),
);

interface Qualifiers {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The item's description, normalised. */
export const descriptionOf = remembered(({ description }: Item): string =>
  normaliseWords(description),
);

/** Whether the description names one of these things, and not only an accessory for one. */
const describes = (item: Item, words: readonly string[], qualifiers: Qualifiers): boolean => {
  const description = descriptionOf(item);
  return (
    hasAnyPhrase(description, words) &&
    hasAnyPhrase(withoutQualified(description, words, qualifiers), words)
  );
};

/** True for a gift card, false for a holder or box for gift cards. */
const isDescribedAsGiftCard = (item: Item, settings: Settings['giftCards']): boolean => {
  const { words, holdersBefore: before, holdersAfter: after } = settings;
  return describes(item, words, { before, after });
};

/** True for a high-risk article, false for an accessory such as a case for headphones. */
const isDescribedAsHighRisk = (item: Item, settings: Settings['highRisk']): boolean => {
  const { words, accessoriesBefore: before, accessoriesAfter: after } = settings;
  return describes(item, words, { before, after });
};

/** Whether a line is gift cards, by its numbers or its description. */
export const isGiftCard = (item: Item, settings: Settings['giftCards']): boolean =>
  settings.departments.includes(item.department) ||
  (item.classNumber !== undefined && settings.classes.includes(item.classNumber)) ||
  settings.skus.includes(item.skuNumber) ||
  isDescribedAsGiftCard(item, settings);

const giftCardsOf = (items: readonly Item[], settings: Settings['giftCards']): Item[] =>
  items.filter((item) => isGiftCard(item, settings));

/** Sum of the extended prices of gift cards. */
export const giftCardValueOf = (items: readonly Item[], settings: Settings['giftCards']): number =>
  sumAmounts(giftCardsOf(items, settings).map((item) => item.extendedPrice));

export const giftCardFacts = defineFacts(
  {
    value: number('Sum of the extended prices of gift cards.'),
    quantity: countOf('Gift cards in the order.'),
  },
  ({ transaction, settings }) => {
    const giftCards = giftCardsOf(transaction.items, settings.giftCards);
    return {
      value: giftCardValueOf(transaction.items, settings.giftCards),
      quantity: giftCards.reduce((sum, item) => sum + item.quantity, 0),
    };
  },
);

/** Whether a line is goods that are easily resold, by its numbers or its description. */
export const isHighRisk = (item: Item, lists: Settings['highRisk']): boolean =>
  lists.departments.includes(item.department) ||
  (item.classNumber !== undefined && lists.classes.includes(item.classNumber)) ||
  lists.skus.includes(item.skuNumber) ||
  (item.upcNumber !== undefined && lists.upcs.includes(item.upcNumber)) ||
  isDescribedAsHighRisk(item, lists);

/** The highest extended price of a line on the high-risk list; 0 without one. */
export const highRiskLinePriceOf = (items: readonly Item[], lists: Settings['highRisk']): number =>
  Math.max(0, ...items.filter((item) => isHighRisk(item, lists)).map((item) => item.extendedPrice));

export const highRiskFacts = defineFacts(
  {
    maxLinePrice: amountOf('Highest extended price of a line of high-risk goods.'),
    maxSameSku: countOf('Highest quantity of one SKU of high-risk goods.'),
  },
  ({ transaction, settings }) => {
    const highRisk = transaction.items.filter((item) => isHighRisk(item, settings.highRisk));
    return {
      maxLinePrice: highRiskLinePriceOf(transaction.items, settings.highRisk),
      maxSameSku: maxSameSku(highRisk),
    };
  },
);
