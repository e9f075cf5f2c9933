import type { Banner } from '../contracts/hbc/transaction.js';
import {
  partnerDeclarations,
  type VotingPartner,
  votingPartners,
} from '../contracts/voting-partners.js';

/** Short names of the banners, for tables. */
export const bannerWords: Readonly<Record<Banner, string>> = {
  s5a: 'Saks',
  o5a: 'OFF 5TH',
  bay: 'The Bay',
  lat: 'L&T',
};

/** Names of the partners. */
export const partnerWords = Object.fromEntries(
  votingPartners.map((name) => [name, partnerDeclarations[name].title]),
) as Readonly<Record<VotingPartner, string>>;

/** `1 case`, `3 cases`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
