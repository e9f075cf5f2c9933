import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Random } from '../../local/demo/random.js';

/** An article with a fixed number and price, so that it can be bought again. */
export interface Article {
  readonly description: string;
  readonly department: number;
  readonly classNumber: number;
  readonly skuNumber: number;
  readonly upcNumber: number;
  /** In minor units of the banner's currency. */
  readonly priceMinor: number;
  /** The cost as a share of the price. */
  readonly costShare: number;
  readonly isElectronic?: boolean;
}

interface Kind {
  readonly description: string;
  readonly department: number;
  readonly fromMinor: number;
  readonly toMinor: number;
  readonly costShare?: number;
}

const articlesPerKind = 12;

/** Articles of one kind at prices spread evenly over its range, each ending in .00 or .50. */
const articlesOf = (kind: Kind, kindNumber: number, firstSku: number): Article[] =>
  Array.from({ length: articlesPerKind }, (_, index) => {
    const share = index / (articlesPerKind - 1);
    const priceMinor =
      Math.round((kind.fromMinor + share * (kind.toMinor - kind.fromMinor)) / 50) * 50;
    const skuNumber = firstSku + kindNumber * 100 + index;
    return {
      ...{ description: kind.description, department: kind.department },
      ...{
        classNumber: kind.department * 10 + 1,
        skuNumber,
        upcNumber: 190_000_000_000 + skuNumber,
      },
      ...{ priceMinor, costShare: kind.costShare ?? 0.55 },
    };
  });

const catalogue = (firstSku: number, ...kinds: readonly Kind[]): readonly Article[] =>
  kinds.flatMap((kind, number) => articlesOf(kind, number, firstSku));

const kind = (
  description: string,
  department: number,
  fromMinor: number,
  toMinor: number,
  costShare?: number,
): Kind => ({
  ...{ description, department, fromMinor, toMinor },
  ...(costShare !== undefined && { costShare }),
});

const clothes = catalogue(
  9_100_000,
  kind('Wool crewneck sweater', 114, 4900, 12_900),
  kind('Slim stretch jeans', 118, 5900, 9800),
  kind('Linen shirt', 114, 3900, 8900),
  kind('Leather belt', 131, 2900, 6500),
  kind('Running shoes', 142, 7900, 13_900),
  kind('Rain jacket', 121, 8900, 17_900),
  kind('Cotton socks, pair', 133, 450, 1800),
);
const home = catalogue(
  9_200_000,
  kind('Cotton sheet set, queen', 310, 4900, 11_900),
  kind('Cast-iron casserole', 322, 8900, 21_900),
  kind('Down pillow', 311, 3900, 8900),
  kind('Striped point blanket', 318, 19_900, 34_900),
  kind('Bath towel', 312, 1200, 3900),
);
/** Goods that are easy to resell, which stolen cards buy. */
export const fenced = catalogue(
  9_300_000,
  kind('Leather shoulder bag', 231, 34_900, 189_000),
  kind('Smart watch', 410, 24_900, 69_900, 0.8),
  kind('Wireless headphones', 411, 14_900, 37_900, 0.8),
  kind('Eau de parfum, 100 ml', 262, 9800, 24_500),
  kind('Designer sneakers', 243, 29_900, 79_000),
);
const luxury = catalogue(
  9_400_000,
  kind('Cashmere wrap coat', 204, 39_900, 149_000),
  kind('Silk evening dress', 208, 29_900, 89_000),
  kind('Suede loafers', 242, 19_900, 42_500),
);
/** Jewellery and furs, which honest customers buy seldom, and then for thousands. */
export const precious = catalogue(
  9_500_000,
  kind('Diamond pendant', 271, 145_000, 690_000),
  kind('Shearling coat', 205, 220_000, 540_000),
);
/** Clearance stock sold below cost. */
const clearance = catalogue(9_600_000, kind('Clearance dress shirt', 119, 900, 2900, 1.2));
/** The cheapest articles, used to test stolen cards. */
export const trinkets = catalogue(9_700_000, kind('Holiday ornament', 340, 150, 1250));

export const giftCards: readonly Article[] = [2500, 5000, 10_000, 20_000, 25_000, 50_000].map(
  (priceMinor, index) => ({
    ...{ description: 'E-gift card', department: 901, classNumber: 9011, priceMinor },
    ...{ skuNumber: 9_800_000 + index, upcNumber: 199_800_000_000 + index, costShare: 1 },
    isElectronic: true,
  }),
);

const goods: Readonly<Record<Banner, readonly Article[]>> = {
  lat: [...clothes, ...home, ...trinkets],
  s5a: [...luxury, ...fenced, ...clothes, ...clothes, ...home],
  o5a: [...clothes, ...clothes, ...fenced.slice(0, 12), ...clearance],
  bay: [...home, ...clothes, ...trinkets, ...fenced.slice(36, 48)],
};

/** Some of a banner's everyday goods. */
export const pickArticles = (random: Random, banner: Banner, count: number): Article[] =>
  Array.from({ length: count }, () => random.pick(goods[banner]));
