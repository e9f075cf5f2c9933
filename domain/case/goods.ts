import type { Item } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import { isGiftCard, isHighRisk, isPriceOverridden } from '../facts/items.js';
import { sumAmounts, toUnits } from '../money.js';
import type { SanitisedTransaction } from '../transaction.js';

/** Why a line deserves attention. */
export const lineBadges = [
  'gift_card',
  'high_risk',
  'price_overridden',
  'cost_above_price',
] as const;
export type LineBadge = (typeof lineBadges)[number];

/** One order line as the page shows it; amounts are in the currency of the order. */
export interface GoodsLine {
  readonly description: string;
  readonly skuNumber: number;
  readonly shippingMethod: string;
  readonly quantity: number;
  readonly price: number;
  readonly extendedPrice: number;
  /** Undefined when nobody said it. */
  readonly margin: number | undefined;
  readonly badges: readonly LineBadge[];
}

/** The goods of an order, and what its sums leave open. */
export interface Goods {
  readonly lines: readonly GoodsLine[];
  readonly pieces: number;
  readonly shippingCost: number;
  readonly promotions: readonly { readonly code: string; readonly amount: number }[];
  readonly orderTotal: number;
  /** Total minus goods, shipping and promotions, such as tax; 0 when the sums add up. */
  readonly unexplained: number;
  /** Of the lines that say one, after promotions. */
  readonly margin: number;
  /** Lines that say neither cost nor margin. */
  readonly linesWithoutMargin: number;
}

/** A line's margin as said, else from its cost; undefined when it says neither. */
export const marginOf = ({ marginAmount, costAmount, extendedPrice }: Item): number | undefined =>
  marginAmount ?? (costAmount === undefined ? undefined : sumAmounts([extendedPrice, -costAmount]));

type GoodsSettings = Pick<Settings, 'giftCards' | 'highRisk'>;

const badgesOf = (item: Item, settings: GoodsSettings): LineBadge[] => [
  ...(isGiftCard(item, settings.giftCards) ? ['gift_card' as const] : []),
  ...(isHighRisk(item, settings.highRisk) ? ['high_risk' as const] : []),
  ...(isPriceOverridden(item) ? ['price_overridden' as const] : []),
  ...((item.costAmount ?? 0) > item.extendedPrice ? ['cost_above_price' as const] : []),
];

/** Prepares the goods of an order with the dearest line first, and checks their sums. */
export const goodsOf = (order: SanitisedTransaction, settings: GoodsSettings): Goods => {
  const { items, promos = [], shippingCost, orderTotal } = order;
  const margins = items.flatMap((item) => marginOf(item) ?? []);
  const reductions = promos.map(({ promotionAmount }) => -promotionAmount);
  return {
    lines: items
      .toSorted((one, other) => other.extendedPrice - one.extendedPrice)
      .map((item) => ({
        description: item.description,
        skuNumber: item.skuNumber,
        shippingMethod: item.shippingMethod,
        quantity: item.quantity,
        price: item.price,
        extendedPrice: item.extendedPrice,
        margin: marginOf(item),
        badges: badgesOf(item, settings),
      })),
    pieces: items.reduce((sum, { quantity }) => sum + quantity, 0),
    shippingCost,
    promotions: promos.map(({ promotionCode, promotionAmount }) => ({
      code: promotionCode,
      amount: promotionAmount,
    })),
    orderTotal,
    unexplained: unexplainedOf(order),
    margin: sumAmounts([...margins, ...reductions]),
    linesWithoutMargin: items.length - margins.length,
  };
};

const unexplainedOf = ({ items, promos = [], shippingCost, orderTotal }: SanitisedTransaction) => {
  const rest = sumAmounts([
    orderTotal,
    -shippingCost,
    ...items.map(({ extendedPrice }) => -extendedPrice),
    ...promos.map(({ promotionAmount }) => promotionAmount),
  ]);
  // One cent is rounding, as in the fact `tx.sumMismatch`.
  return Math.abs(toUnits(rest)) > toUnits(0.01) ? rest : 0;
};
