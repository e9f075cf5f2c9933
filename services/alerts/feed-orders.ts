import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import {
  deleteFeed,
  type FeedRow,
  lockDueFeed,
  postponeFeed,
  tryLockFeed,
} from '../../db/alert-feed.js';
import { hasDue } from '../../db/due.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import type { Activity } from '../../domain/alerts/alert.js';
import type { Vault } from '../ports.js';
import { loadTransaction } from '../transactions/load.js';
import { feedActivities, type Hashes } from './feed-activities.js';
import { noteActivity } from './note-activity.js';

/** An order that cannot be opened waits for the key that is missing. */
const unreadablePauseMs = 60 * 60_000;

/**
 * What happened at nearly one moment is written down by several workers in any order; so much later
 * it is all there, and is counted in the order in which it happened.
 */
const graceMs = 1000;

export interface FeedDeps {
  readonly pool: Pool;
  readonly vault: Vault;
  readonly tokeniser: Hashes;
}

export interface FedBatch {
  /** Activities that are new. */
  readonly counted: number;
  /** Rows whose order could not be opened; they are tried again in an hour. */
  readonly unreadable: number;
  readonly hasMore: boolean;
}

const nothing: FedBatch = { counted: 0, unreadable: 0, hasMore: false };

/** Undefined when the order cannot be read. */
const readRow = async (
  deps: Omit<FeedDeps, 'pool'> & { readonly db: Queryable },
  row: FeedRow,
): Promise<Activity[] | undefined> => {
  try {
    const { transaction } = await loadTransaction(deps, row.transaction_id);
    return feedActivities(deps.tokeniser, row, transaction);
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) throw error;
    return undefined;
  }
};

/**
 * Counts what happened to orders under our own rules, the oldest first, at most `limit` of it: all
 * in one database transaction, so that a crash leaves it as it was. One caller at a time does so,
 * others do nothing: an alert depends on the order in which things are counted. Throws
 * `TemporarilyUnavailable`.
 */
export const feedOrders = async (
  { pool, vault, tokeniser }: FeedDeps,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<FedBatch> => {
  const dueBefore = new Date(now.getTime() - graceMs);
  if (!(await hasDue(pool, 'alert_feed', dueBefore))) return nothing;
  return inTransaction(pool, async (db) => {
    if (!(await tryLockFeed(db))) return nothing;
    const rows = await lockDueFeed(db, dueBefore, limit);
    if (rows.length === 0) return nothing;
    const read: FeedRow[] = [];
    const unreadable: FeedRow[] = [];
    const activities: Activity[] = [];
    for (const row of rows) {
      const found = await readRow({ db, vault, tokeniser }, row);
      (found === undefined ? unreadable : read).push(row);
      activities.push(...(found ?? []));
    }
    await postponeFeed(db, unreadable, new Date(now.getTime() + unreadablePauseMs));
    await deleteFeed(db, read);
    activities.sort((one, other) => one.occurredAtMs - other.occurredAtMs);
    const { accepted } = await noteActivity(db, activities);
    const hasMore = rows.length === limit;
    return { counted: accepted, unreadable: unreadable.length, hasMore };
  });
};
