import type { Rollout, RolloutSubject } from '../../contracts/rules.js';
import { type SubjectKind, subjectsOf } from '../subjects.js';
import type { SanitisedTransaction } from '../transaction.js';

/** The number of places that subjects hash to: hundredths of a percent. */
export const rolloutPlaces = 10_000;

/**
 * FNV-1a over UTF-16 code units, then MurmurHash3's finaliser, which spreads the last characters.
 */
const hash32 = (text: string): number => {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const orderOf = ({ banner, orderId }: SanitisedTransaction): string => `${banner}\u0000${orderId}`;

/** A card counts by its id under the partners' key, which a rotation of the card keys keeps. */
const subjectOf = (transaction: SanitisedTransaction, by: RolloutSubject): string | undefined => {
  if (by === 'card') return transaction.card.sardineCardId;
  if (by === 'order') return orderOf(transaction);
  const kind: SubjectKind = by;
  return subjectsOf(transaction).find((subject) => subject.kind === kind)?.value;
};

/**
 * The place, 0 to 9999, of an order's subject in the rollout `name`. A subject keeps its place for
 * ever; its places in two rollouts are independent.
 */
export const rolloutPlaceOf = (
  name: string,
  transaction: SanitisedTransaction,
  by: RolloutSubject,
): number => {
  const subject = subjectOf(transaction, by) ?? orderOf(transaction);
  return Math.floor((hash32(`${name}\u0000${subject}`) / 2 ** 32) * rolloutPlaces);
};

/** True when the place is within the share. A growing share keeps every subject that was in it. */
export const isInRollout = (place: number, { percent }: Pick<Rollout, 'percent'>): boolean =>
  place < Math.round((percent / 100) * rolloutPlaces);
