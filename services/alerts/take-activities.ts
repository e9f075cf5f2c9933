import type { LoyaltyActivity, TakenActivities } from '../../contracts/sparkfly/activity.js';
import { lockMembers } from '../../db/loyalty-members.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Vault } from '../ports.js';
import { latestToldMs } from './latest-told.js';
import { noteMembers } from './note-members.js';
import { takeIn } from './take-in.js';

export type TakenOrRefused =
  | { readonly kind: 'taken'; readonly taken: TakenActivities }
  /** Numbers of activities that lie too far ahead; nothing was written. */
  | { readonly kind: 'ahead'; readonly indexes: readonly number[] };

/**
 * Takes in what loyalty members did, all or nothing, in the order given, and raises the alerts that
 * are due. Activities whose id is known are counted and otherwise ignored. Throws
 * `TemporarilyUnavailable`.
 */
export const takeActivities = async (
  deps: { readonly pool: Pool; readonly vault: Vault },
  given: readonly LoyaltyActivity[],
  now: Date,
): Promise<TakenOrRefused> => {
  const latest = latestToldMs(now);
  const indexes = given.flatMap(({ occurred_at: at }, index) =>
    at.getTime() > latest ? [index] : [],
  );
  if (indexes.length > 0) return { kind: 'ahead', indexes };
  const activities = given.map((one) => ({
    id: one.id,
    metric: one.metric_type,
    owner: String(one.loyalty_enrollment_id),
    store: one.store_id ?? null,
    quantity: one.quantity,
    occurredAtMs: one.occurred_at.getTime(),
  }));
  const members = given.map((one) => one.loyalty_enrollment_id);
  const taken = await inTransaction(deps.pool, async (db) => {
    await lockMembers(db, members);
    const { accepted, duplicates } = await takeIn(db, 'loyalty', activities);
    await noteMembers({ db, vault: deps.vault }, given, now);
    return { accepted, duplicates };
  });
  return { kind: 'taken', taken };
};
