import type { Banner } from '../../contracts/hbc/transaction.js';
import { createRandom, type Random } from '../../local/demo/random.js';
import { pickWeighted, type Weighted } from '../population/chance.js';
import type { Article } from '../population/goods.js';

interface Shelf {
  readonly description: string;
  readonly department: number;
  /** The price in the middle, in minor units, and how far prices spread around it. */
  readonly middleMinor: number;
  readonly spread: number;
}

const articlesPerShelf = 30;

/** A number around 0, about two thirds of them between -1 and 1. */
const bell = (random: Random): number =>
  (random.next() + random.next() + random.next() + random.next() - 2) * 1.73;

const shelfOf = (shelf: Shelf, shelfNumber: number): readonly Article[] => {
  // The catalogue is the same in all populations.
  const random = createRandom(7000 + shelfNumber);
  return Array.from({ length: articlesPerShelf }, (_, index) => {
    const price = shelf.middleMinor * Math.exp(shelf.spread * bell(random));
    const skuNumber = 3_100_000 + shelfNumber * 1000 + index;
    return {
      ...{ description: `${shelf.description} ${index + 1}`, department: shelf.department },
      ...{ classNumber: shelf.department * 10 + (index % 4), skuNumber },
      ...{ upcNumber: 740_000_000_000 + skuNumber * 11 },
      priceMinor: Math.max(300, Math.round(price / 100) * 100 - (random.chance(0.5) ? 1 : 0)),
      costShare: 0.38 + random.next() * 0.3,
    };
  });
};

const shelves = {
  basics: ['Everyday tee', 112, 2400, 0.5],
  dresses: ['Dress', 216, 11_500, 0.6],
  menswear: ['Dress shirt', 124, 7800, 0.45],
  suits: ['Wool suit', 126, 42_000, 0.45],
  coats: ['Spring coat', 206, 24_000, 0.55],
  shoes: ['Shoes', 241, 12_500, 0.55],
  sneakers: ['Limited sneakers', 244, 22_000, 0.4],
  handbags: ['Designer handbag', 232, 68_000, 0.75],
  wallets: ['Leather wallet', 236, 18_500, 0.5],
  perfume: ['Perfume', 263, 12_800, 0.35],
  skincare: ['Skin cream', 265, 8200, 0.6],
  watches: ['Watch', 272, 39_000, 0.8],
  jewellery: ['Gold jewellery', 273, 54_000, 0.9],
  sunglasses: ['Sunglasses', 238, 21_000, 0.4],
  bedding: ['Bed linen', 313, 9900, 0.5],
  kitchen: ['Kitchen machine', 324, 23_000, 0.6],
  tableware: ['Plates and glasses', 326, 6200, 0.7],
  children: ['Children’s clothes', 151, 3400, 0.4],
  toys: ['Toy', 161, 3900, 0.5],
  lingerie: ['Underwear', 135, 2900, 0.5],
  luggage: ['Suitcase', 331, 19_500, 0.5],
  small: ['Greeting card and candy', 345, 700, 0.4],
} as const satisfies Record<string, readonly [string, number, number, number]>;

export type ShelfName = keyof typeof shelves;

const filled = new Map<ShelfName, readonly Article[]>(
  Object.entries(shelves).map(([name, [description, department, middleMinor, spread]], number) => [
    name as ShelfName,
    shelfOf({ description, department, middleMinor, spread }, number),
  ]),
);

export const articleFrom = (random: Random, name: ShelfName): Article =>
  random.pick(filled.get(name) ?? []);

/** Gift cards by e-mail, of the usual values. */
const giftCards: readonly Article[] = [2500, 5000, 7500, 10_000, 15_000, 20_000, 50_000].map(
  (priceMinor, index) => ({
    ...{ description: 'Gift card by e-mail', department: 905, classNumber: 9051, priceMinor },
    ...{ skuNumber: 3_900_000 + index, upcNumber: 749_000_000_000 + index, costShare: 1 },
    isElectronic: true,
  }),
);

/** A gift card of at most this value, in minor units. */
export const giftCard = (random: Random, mostMinor = 50_000): Article =>
  random.pick(giftCards.filter(({ priceMinor }) => priceMinor <= mostMinor));

const everyday: Readonly<Record<Banner, Weighted<ShelfName>>> = {
  lat: [
    ['basics', 8],
    ['dresses', 7],
    ['menswear', 5],
    ['shoes', 5],
    ['coats', 2],
    ['bedding', 5],
    ['children', 5],
    ['lingerie', 4],
    ['perfume', 3],
    ['skincare', 4],
    ['wallets', 1],
    ['small', 1],
  ],
  s5a: [
    ['dresses', 7],
    ['shoes', 7],
    ['handbags', 4],
    ['skincare', 8],
    ['perfume', 5],
    ['suits', 2],
    ['menswear', 5],
    ['jewellery', 2],
    ['sunglasses', 3],
    ['coats', 3],
    ['watches', 1],
    ['sneakers', 3],
    ['wallets', 2],
    ['basics', 5],
    ['children', 2],
  ],
  o5a: [
    ['basics', 9],
    ['dresses', 8],
    ['menswear', 6],
    ['shoes', 8],
    ['coats', 3],
    ['sunglasses', 3],
    ['handbags', 2],
    ['lingerie', 4],
    ['children', 3],
    ['sneakers', 2],
    ['wallets', 2],
  ],
  bay: [
    ['basics', 7],
    ['bedding', 7],
    ['kitchen', 4],
    ['tableware', 4],
    ['toys', 4],
    ['children', 4],
    ['shoes', 4],
    ['coats', 2],
    ['perfume', 3],
    ['skincare', 4],
    ['luggage', 2],
    ['menswear', 4],
    ['small', 1],
  ],
};

/** Something that customers of the banner buy. */
export const everydayArticle = (random: Random, banner: Banner): Article =>
  articleFrom(random, pickWeighted(random, everyday[banner]));
