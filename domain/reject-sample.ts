import type { Policy } from '../contracts/policy.js';
import type { FactValue } from './facts/fact-group.js';
import { listGroup } from './rules/fact-name.js';
import { placeOf } from './stable-place.js';
import type { LocalScore } from './votes.js';

type Facts = Readonly<Record<string, FactValue>>;

/** True when a rule's facts say that a list names the order. */
const readsEntry = (facts: Facts): boolean =>
  Object.entries(facts).some(
    ([name, value]) =>
      value === true && (name === 'lists.blocked' || name.startsWith(`${listGroup}.`)),
  );

/**
 * True when a person has said no: the block list names the order, or a hard reject has read an
 * entry of another list.
 */
const isListed = ({ hits, facts }: Pick<LocalScore, 'hits' | 'facts'>): boolean =>
  facts['lists.blocked'] === true ||
  hits.some((hit) => hit.hard === 'reject' && readsEntry(hit.facts ?? {}));

/**
 * The share of a banner's would-be rejects that reviewers see instead, for an order that is one of
 * them; null for others. The choice follows from the transaction id alone, so retries, resets and
 * backtests make the same one, and a larger share keeps every order of a smaller one. Orders that a
 * person has listed are never chosen. A transaction id is a SHA-256 of OMS's ids, so nobody steers
 * it.
 */
export const sampledRejectShare = (
  { automaticReject, reviewedRejectShare: share }: Policy,
  local: Pick<LocalScore, 'hits' | 'facts'>,
  transactionId: string,
): number | null => {
  const isChosen =
    automaticReject === 'settle' && placeOf('reviewed-rejects', transactionId) < share;
  return isChosen && !isListed(local) ? share : null;
};
