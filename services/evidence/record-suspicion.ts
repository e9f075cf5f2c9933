import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import type { AifiPushRow } from '../../db/aifi-pushes.js';
import type { JsonObject } from '../../domain/aifi/json.js';
import { isOwnPerson, type Suspects, suspectsOf } from '../../domain/aifi/suspects.js';
import { type EvidenceDeps, recordEvidence, type ToldOfSubject } from './record.js';
import { tokensOfValue } from './subject-tokens.js';

export interface SuspicionDeps extends EvidenceDeps {
  readonly settings: Pick<Settings, 'stores'>;
}

/** Banners of the store; of all, where the store is not in our directory. */
const bannersOf = ({ stores }: SuspicionDeps['settings'], { storeNumber }: Suspects): Banner[] => {
  const known = stores.filter(({ number }) => number === storeNumber).map(({ banner }) => banner);
  return known.length === 0 ? [...banners] : [...new Set(known)];
};

const suspectedBy = (
  { tokeniser, settings }: SuspicionDeps,
  suspects: Suspects,
): Omit<ToldOfSubject, 'told'>[] => {
  const { accountId, card, storeNumber } = suspects;
  const all = bannersOf(settings, suspects).flatMap((banner) => {
    const of = (subject: 'account' | 'store', value: string | number | undefined) =>
      value === undefined ? [] : [tokensOfValue(tokeniser, subject, `${banner}\u0000${value}`)];
    return [...of('account', accountId), ...of('store', storeNumber)];
  });
  if (card === undefined) return all;
  const { bin6, last4 } = card;
  const digits = tokensOfValue(tokeniser, 'card_digits', `${bin6}:${last4}`);
  return [...all, { ...digits, digits: { bin6, last4 } }];
};

/**
 * Writes down what a push says of an account, a card's digits and a store, and notes it on the
 * timeline of each open case of the first two; gives how much of it is new. What our own people
 * did is told of nobody. The same push again adds nothing. Throws `TemporarilyUnavailable`.
 */
export const recordSuspicion = async (
  deps: SuspicionDeps,
  { row, push, now }: { readonly row: AifiPushRow; readonly push: JsonObject; readonly now: Date },
): Promise<number> => {
  const suspects = suspectsOf(push);
  if (isOwnPerson(suspects)) return 0;
  const { storeNumber = null } = suspects;
  const told = {
    ...({ kind: 'aifi_suspicion', source: 'aifi', reference: row.push_id } as const),
    occurredAt: row.occurred_at,
    details: { sessionId: row.session_id, flags: row.flags, storeNumber },
  };
  const all = suspectedBy(deps, suspects).map((one) => ({ ...one, told }));
  return recordEvidence(deps, all, now);
};
