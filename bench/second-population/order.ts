import type { Address } from '../../contracts/hbc/credit-card.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Random } from '../../local/demo/random.js';
import type { PopulationCard } from '../population/cards.js';
import { pickWeighted, type Weighted } from '../population/chance.js';
import type { Draft, DraftCustomer, DraftLine, LateLabel } from '../population/draft.js';
import type { Article } from '../population/goods.js';
import { everydayArticle } from './catalogue.js';
import { avsReply, cardInHand, type Match } from './issuer.js';
import type { Market } from './market.js';
import type { Buyer } from './people.js';
import { retyped } from './places.js';

/** An article and how many of it. */
export type Piece = readonly [article: Article, quantity: number];

/** What differs from a buyer's usual order. */
export interface Visit {
  readonly atMs: number;
  readonly story: string;
  readonly truth?: Draft['truth'];
  readonly source?: Draft['source'];
  readonly pieces?: readonly Piece[];
  readonly card?: PopulationCard;
  readonly nameOnCard?: string;
  readonly billing?: Address;
  readonly shipTo?: Address;
  readonly customer?: DraftCustomer;
  readonly match?: Match;
  readonly cvvReplies?: Weighted<string>;
  /** Blank for none. */
  readonly ip?: string;
  /** Blank for a browser that blocks the device's script. */
  readonly device?: string;
  readonly speed?: 'ground' | 'express' | 'overnight' | 'pickup';
  readonly promotion?: { readonly code: string; readonly share: number };
  readonly responseCode?: number;
  readonly authorised?: number;
  readonly label?: LateLabel;
  readonly salesRep?: string;
  readonly storeNumber?: number;
  readonly registerNumber?: string;
}

const lineCounts: Weighted<number> = [
  [1, 46],
  [2, 25],
  [3, 13],
  [4, 8],
  [5, 4],
  [7, 3],
  [11, 1],
];

/** What somebody buys for themselves. */
export const everydayPieces = (random: Random, banner: Banner): Piece[] =>
  Array.from({ length: pickWeighted(random, lineCounts) }, () => {
    const article = everydayArticle(random, banner);
    const isCheap = article.priceMinor < 4000;
    return [article, isCheap && random.chance(0.3) ? random.whole(2, 4) : 1];
  });

const promotions: Weighted<Draft['promotion']> = [
  [undefined, 74],
  [{ code: 'SPRING20', share: 0.2 }, 9],
  [{ code: 'FRIENDS25', share: 0.25 }, 6],
  [{ code: 'LOYAL10', share: 0.1 }, 11],
];

const speeds: Weighted<'ground' | 'express' | 'overnight'> = [
  ['ground', 84],
  ['express', 13],
  ['overnight', 3],
];

const goodsMinorOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, [{ priceMinor }, quantity]) => sum + priceMinor * quantity, 0);

const shippingMinor = (speed: NonNullable<Visit['speed']>, goodsMinor: number): number =>
  ({ pickup: 0, ground: goodsMinor >= 9900 ? 0 : 995, express: 1995, overnight: 3200 })[speed];

/** Two banners' processors return the reply on the CVV to OMS. */
const hasCvv = (banner: Banner): boolean => banner === 's5a' || banner === 'o5a';

/** The main device nine times in ten. */
const usualDevice = (random: Random, { devices }: Buyer): string =>
  (random.chance(0.9) ? devices[0] : random.pick(devices)) ?? '';

const usualIp = (random: Random, buyer: Buyer, atMs: number): string =>
  (random.chance(buyer.mobileShare) ? buyer.carrier : buyer.line)(random, atMs);

/** Optional fields of the draft. */
const extrasOf = (random: Random, buyer: Buyer, visit: Visit) => {
  const isWeb = (visit.source ?? 'web') === 'web';
  const ip = visit.ip ?? (isWeb ? usualIp(random, buyer, visit.atMs) : '');
  const device = visit.device ?? (isWeb ? usualDevice(random, buyer) : '');
  const cvv = pickWeighted(random, visit.cvvReplies ?? cardInHand);
  const drawn = pickWeighted(random, promotions);
  const promotion = visit.promotion ?? (visit.truth === undefined ? drawn : undefined);
  return {
    ...(ip !== '' && { ip }),
    ...(device !== '' && { device }),
    ...(device !== '' && hasCvv(buyer.banner) && { cvv }),
    ...(promotion !== undefined && { promotion }),
    ...(visit.label !== undefined && { label: visit.label }),
    ...(visit.salesRep !== undefined && { salesRep: visit.salesRep }),
    ...(visit.registerNumber !== undefined && { registerNumber: visit.registerNumber }),
  };
};

/** An order of the buyer, as usual except for what the visit says. */
export const order = (market: Market, random: Random, buyer: Buyer, visit: Visit): Draft => {
  const pieces = visit.pieces ?? everydayPieces(random, buyer.banner);
  const home = random.chance(0.04) ? retyped(random, buyer.home) : buyer.home;
  const card = visit.card ?? random.pick(buyer.cards);
  const shipTo = visit.shipTo ?? home;
  const speed = visit.speed ?? pickWeighted(random, speeds);
  const isElectronic = pieces.every(([article]) => article.isElectronic === true);
  return {
    ...{ atMs: visit.atMs, truth: visit.truth ?? 'honest', story: visit.story },
    ...{ orderId: market.numbers.nextOrderId(), groupId: '1', banner: buyer.banner },
    ...{ source: visit.source ?? 'web', storeNumber: visit.storeNumber ?? 689 },
    ...{ customer: visit.customer ?? buyer.customer, card },
    ...{ nameOnCard: visit.nameOnCard ?? buyer.nameOnCard, billing: visit.billing ?? home },
    avs: avsReply(random, card.cardType, visit.match ?? buyer.match),
    responseCode: visit.responseCode ?? 100,
    lines: pieces.map(([article, quantity]): DraftLine => ({ article, quantity, shipTo })),
    shippingMethod: speed,
    shippingMinor: isElectronic ? 0 : shippingMinor(speed, goodsMinorOf(pieces)),
    authorised: visit.authorised ?? 1,
    ...extrasOf(random, buyer, visit),
  };
};
