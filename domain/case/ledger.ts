import { partnerDeclarations } from '../../contracts/voting-partners.js';
import { canonicalAvs } from '../avs.js';
import type { AvsDialect } from '../avs.js';
import type { PartnerAnswer } from '../votes.js';
import type { SanitisedTransaction } from '../transaction.js';
import type { Acquaintance } from './comparison.js';
import { dayMs } from '../utc-day.js';
import { countOf, listOf, printAge } from './figures.js';
import { marginOf } from './goods.js';

/** What the panel beside the score says: facts for the order, and gaps. */
export interface Ledger {
  readonly speaksFor: readonly string[];
  readonly nobodySaid: readonly string[];
}

/** How the customer's earlier orders ended, as far as anybody said. */
export interface EarlierEnds {
  /** Earlier orders of the customer, without this one. */
  readonly orders: number;
  readonly isMore: boolean;
  readonly good: number;
  readonly fraud: number;
  readonly disputes: number;
  readonly rejected: number;
}

/** What the ledger is drawn from. */
export interface LedgerSource {
  readonly order: SanitisedTransaction;
  readonly dialect: AvsDialect;
  readonly receivedAtMs: number;
  readonly answers: readonly PartnerAnswer[];
  readonly ipCountry: string;
  readonly known: Readonly<
    Record<'card' | 'address' | 'account' | 'email' | 'device', Acquaintance | undefined>
  >;
  readonly earlier: EarlierEnds;
  /** Orders to the same place by this card, good or without a complaint for 90 days. */
  readonly quietAtPlace: number;
}

/** A subject that has been known for a shorter time says nothing in the order's favour. */
const knownMinMs = 60 * dayMs;

const knownFor = (found: Acquaintance | undefined, atMs: number): string | undefined => {
  if (found === undefined || found.orders < 2) return undefined;
  const age = atMs - found.firstAtMs;
  return age < knownMinMs ? undefined : printAge(age);
};

const earlierWords = ({ orders, isMore, good, fraud, disputes, rejected }: EarlierEnds) => {
  if (orders === 0 || fraud > 0) return [];
  const count = countOf(orders, 'earlier order').replace(' ', isMore ? '+ ' : ' ');
  const ends = [
    ...(good > 0 ? [`${good} good`] : []),
    disputes > 0 ? `${disputes} disputed` : 'none disputed',
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
  ];
  return [`${count}, ${ends.join(', ')}`];
};

const placeWords = (quiet: number, knownAge: string | undefined): string[] => {
  if (quiet > 0) return [`${countOf(quiet, 'order')} to this place without complaint`];
  return knownAge === undefined ? [] : [`Place known for ${knownAge}`];
};

const speaksFor = (source: LedgerSource): string[] => {
  const { order, known, receivedAtMs, answers, dialect } = source;
  const card = knownFor(known.card, receivedAtMs);
  const device = knownFor(known.device, receivedAtMs);
  const place = knownFor(known.address, receivedAtMs);
  const { street, zip, nameMismatch } = canonicalAvs(dialect, order.creditCard.avsResponse);
  const cvv = order.additionalData?.cvvResponse?.trim().toUpperCase();
  const confirmed = [
    ...(street === 'match' && zip === 'match' && !nameMismatch ? ['address'] : []),
    ...(cvv === 'M' ? ['card code'] : []),
  ];
  const agreeing = answers.flatMap((answer) =>
    answer.kind === 'answered' && answer.outcome === 'accept'
      ? [`${partnerDeclarations[answer.partner]?.title ?? answer.partner} says ${answer.label}`]
      : [],
  );
  return [
    ...earlierWords(source.earlier),
    ...(card ? [`Card known for ${card}`] : []),
    ...(device ? [`Device known for ${device}`] : []),
    ...placeWords(source.quietAtPlace, place),
    ...(confirmed.length > 0 ? [`Issuer confirms ${listOf(confirmed)}`] : []),
    ...agreeing,
  ];
};

const missingSubjects = (order: SanitisedTransaction): string[] => {
  const { customer, additionalData, ipAddress } = order;
  const absent = [
    ...(customer.emailAddress.trim() === '' ? ['e-mail'] : []),
    ...((additionalData?.shippingPhone?.trim() ?? '') === '' ? ['phone'] : []),
    ...(additionalData?.inAuthId === undefined ? ['device'] : []),
    ...(ipAddress === undefined ? ['IP address'] : []),
  ];
  if (absent.length === 0) return [];
  const words = listOf(absent);
  return [words.charAt(0).toUpperCase() + words.slice(1)];
};

const missingVotes = (answers: readonly PartnerAnswer[]): string[] =>
  answers.flatMap((answer) => {
    const title = partnerDeclarations[answer.partner]?.title ?? answer.partner;
    if (answer.kind === 'unavailable') return [`${title}’s vote`];
    return answer.kind === 'skipped' || answer.kind === 'not_applicable'
      ? [`${title}’s vote; not asked`]
      : [];
  });

const nobodySaid = ({ order, answers, ipCountry, earlier, dialect }: LedgerSource): string[] => {
  const { street, zip } = canonicalAvs(dialect, order.creditCard.avsResponse);
  const isOpen = (match: string): boolean => match !== 'match' && match !== 'no_match';
  const silent = order.items.filter((item) => marginOf(item) === undefined).length;
  const unlabelled = earlier.orders - earlier.good - earlier.fraud - earlier.disputes;
  return [
    ...missingVotes(answers),
    ...missingSubjects(order),
    ...(order.ipAddress !== undefined && ipCountry === '' ? ['Country of the IP address'] : []),
    ...(isOpen(street) && isOpen(zip) ? ['If the issuer knows the address'] : []),
    ...((order.additionalData?.cvvResponse?.trim() ?? '') === '' ? ['Card code'] : []),
    ...(unlabelled > 0 && !earlier.isMore
      ? [`How ${countOf(unlabelled, 'earlier order')} turned out`]
      : []),
    ...(silent > 0 ? [`Cost of ${countOf(silent, 'line')}`] : []),
  ];
};

/**
 * The counterweight of the score, which lists only what speaks against an order: what speaks for
 * it, and what nobody has said. Each line is a fact or a gap; nothing is weighed.
 */
export const ledgerOf = (source: LedgerSource): Ledger => ({
  speaksFor: speaksFor(source),
  nobodySaid: nobodySaid(source),
});
