import type { Banner } from '../contracts/hbc/transaction.js';
import type { VotingPartner } from '../contracts/voting-partners.js';

/** Short names of the banners, for tables. */
export const bannerWords: Readonly<Record<Banner, string>> = {
  s5a: 'Saks',
  o5a: 'OFF 5TH',
  bay: 'The Bay',
  lat: 'L&T',
};

/** Names of the partners. */
export const partnerWords: Readonly<Record<VotingPartner, string>> = {
  sardine: 'Sardine',
  yleo: 'Yleo',
  custom: 'Custom partner',
};

/** `1 case`, `3 cases`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
