import { type AvsDialect, type AvsMatch, canonicalAvs } from '../avs.js';
import { toUnits } from '../money.js';
import { printAmount } from './figures.js';
import type { SanitisedTransaction } from '../transaction.js';

/** What the issuer said of an order, in words. */
export interface IssuerWords {
  /** The address check in one clause. */
  readonly address: string;
  /** The processor's own code; blank when it sent none. */
  readonly avsCode: string;
  readonly isAddressWrong: boolean;
  /** The card code in one clause; undefined when its result is unknown. */
  readonly cardCode: string | undefined;
  readonly isCardCodeWrong: boolean;
  readonly authorisation: string;
  readonly isApproved: boolean;
}

const openMatches: Readonly<Record<Exclude<AvsMatch, 'match' | 'no_match'>, string>> = {
  unverified: 'could not be verified',
  unsupported: 'cannot be checked by this issuer',
  error: 'could not be checked, by a fault',
  none: 'were not checked',
};

const partWords = (part: string, match: AvsMatch): string => {
  if (match === 'match') return `${part} matches`;
  if (match === 'no_match') return `${part} does not match`;
  return `${part} ${openMatches[match].replace('were', 'was')}`;
};

/** An address reply in words, whatever the processor's dialect. */
export const avsInWords = (dialect: AvsDialect, reply: string): string => {
  const { street, zip, nameMismatch, known } = canonicalAvs(dialect, reply);
  const name = nameMismatch ? '; the name is wrong' : '';
  if (!known) return 'the reply is not in the list of codes';
  if (street === 'match' && zip === 'match') return `street and postal code match${name}`;
  if (street === 'no_match' && zip === 'no_match') {
    return `neither street nor postal code matches${name}`;
  }
  if (street === zip && street !== 'match' && street !== 'no_match') {
    return `street and postal code ${openMatches[street]}${name}`;
  }
  return `${partWords('street', street)}, ${partWords('postal code', zip)}${name}`;
};

const cvvWords: Readonly<Record<string, string>> = {
  M: 'Card code matches',
  N: 'Card code is wrong',
  I: 'Card code is invalid',
  Y: 'Card code is invalid',
  P: 'Card code was not checked',
  S: 'The card has a card code and none was sent',
  U: 'The issuer does not check card codes',
};

/** The reply to the card code in words; undefined when there is none. */
export const cvvInWords = (reply: string | undefined): string | undefined => {
  const code = reply?.trim().toUpperCase() ?? '';
  if (code === '') return undefined;
  const words = cvvWords[code];
  return words === undefined ? 'Card code: unknown reply' : `${words} (CVV ${code})`;
};

const isWrongCvv = (reply: string | undefined): boolean =>
  ['N', 'I', 'Y'].includes(reply?.trim().toUpperCase() ?? '');

/** Address, card code and authorisation of an order in words. */
export const issuerInWords = (
  order: SanitisedTransaction,
  settings: { readonly dialect: AvsDialect; readonly approvedCodes: readonly number[] },
): IssuerWords => {
  const { avsResponse, responseCode, authorizedAmount, fullAmount } = order.creditCard;
  const cvv = order.additionalData?.cvvResponse;
  const { street, zip, nameMismatch } = canonicalAvs(settings.dialect, avsResponse);
  const isApproved = settings.approvedCodes.includes(responseCode);
  const isPart = toUnits(authorizedAmount) < toUnits(fullAmount);
  const sums = `${printAmount(authorizedAmount)} of ${printAmount(fullAmount)}`;
  const approval = isPart ? `approved for ${sums} only` : 'approved in full';
  return {
    address: avsInWords(settings.dialect, avsResponse),
    avsCode: /^[A-Z\d]{1,2}$/i.test(avsResponse.trim()) ? avsResponse.trim().toUpperCase() : '',
    isAddressWrong: street === 'no_match' || zip === 'no_match' || nameMismatch,
    cardCode: cvvInWords(cvv),
    isCardCodeWrong: isWrongCvv(cvv),
    authorisation: isApproved ? approval : `not approved (${responseCode})`,
    isApproved: isApproved && !isPart,
  };
};
