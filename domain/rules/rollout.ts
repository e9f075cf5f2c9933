import type { Rollout, RolloutSubject } from '../../contracts/rules.js';
import { placeOf } from '../stable-place.js';
import { type SubjectKind, subjectsOf } from '../subjects.js';
import type { SanitisedTransaction } from '../transaction.js';

/** The number of places that subjects hash to: hundredths of a percent. */
export const rolloutPlaces = 10_000;

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
  return Math.floor(placeOf(name, subject) * rolloutPlaces);
};

/** True when the place is within the share. A growing share keeps every subject that was in it. */
export const isInRollout = (place: number, { percent }: Pick<Rollout, 'percent'>): boolean =>
  place < Math.round((percent / 100) * rolloutPlaces);
