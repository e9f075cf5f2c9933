import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Random } from './random.js';

/** A kind of goods; prices in minor units of the banner's currency. */
export interface Article {
  readonly description: string;
  readonly department: number;
  readonly minMinor: number;
  readonly maxMinor: number;
}

const article = (
  description: string,
  department: number,
  minMinor: number,
  maxMinor: number,
): Article => ({ description, department, minMinor, maxMinor });

const clothes: readonly Article[] = [
  article('Wool crewneck sweater', 114, 4900, 12_900),
  article('Slim stretch jeans', 118, 5900, 9800),
  article('Linen shirt', 114, 3900, 8900),
  article('Leather belt', 131, 2900, 6500),
  article('Running shoes', 142, 7900, 13_900),
  article('Rain jacket', 121, 8900, 17_900),
];

const home: readonly Article[] = [
  article('Cotton sheet set, queen', 310, 4900, 11_900),
  article('Cast-iron casserole', 322, 8900, 21_900),
  article('Down pillow', 311, 3900, 8900),
  article('Striped point blanket', 318, 19_900, 34_900),
];

const luxury: readonly Article[] = [
  article('Cashmere wrap coat', 204, 39_900, 79_000),
  article('Silk evening dress', 208, 29_900, 69_000),
  article('Leather shoulder bag', 231, 34_900, 89_000),
  article('Eau de parfum, 50 ml', 262, 9800, 19_500),
  article('Suede loafers', 242, 19_900, 42_500),
];

const goods: Readonly<Record<Banner, readonly Article[]>> = {
  lat: [...clothes, ...home],
  s5a: [...luxury, ...clothes.slice(0, 3)],
  o5a: clothes,
  bay: [...home, ...clothes],
};

/** Goods that are easy to resell, so stolen cards buy them. */
export const luxuryGoods = luxury;

export const giftCard = article('E-gift card', 901, 10_000, 25_000);
export const smallGiftCard = article('E-gift card', 901, 10_000, 10_000);
/** Cheap enough that nobody notices it on a statement. */
export const giftTag = article('Gift tags, set of 12', 905, 250, 450);
export const jewellery = article('Tennis bracelet, 14 k gold', 271, 520_000, 890_000);
export const smartWatch = article('Smart watch, 45 mm', 551, 34_900, 42_900);
export const wineGlass = article('Crystal wine glass', 325, 4900, 7900);

/** Some of a banner's goods, all different. */
export const pickArticles = (random: Random, banner: Banner, count: number): Article[] =>
  random.shuffled(goods[banner]).slice(0, count);
