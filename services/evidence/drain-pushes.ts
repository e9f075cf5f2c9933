import {
  findAifiPushBody,
  lockDueAifiPushes,
  postponeAifiPushes,
  setAifiPushesDrained,
} from '../../db/aifi-pushes.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { isObject, type Json, type JsonObject } from '../../domain/aifi/json.js';
import { recordSuspicion, type SuspicionDeps } from './record-suspicion.js';
import type { Vault } from '../ports.js';

/** A push that cannot be opened waits for the key that is missing. */
const unreadablePauseMs = 60 * 60_000;

const openPush = (vault: Vault, pushId: string, body: Buffer): JsonObject | undefined => {
  try {
    const push = JSON.parse(vault.open(body, `aifi:${pushId}`)) as Json;
    return isObject(push) ? push : undefined;
  } catch {
    return undefined;
  }
};

export interface DrainedBatch {
  /** Pushes that are done. */
  readonly drained: number;
  /** Evidence that is new. */
  readonly evidence: number;
  /** Pushes that could not be opened; they are tried again in an hour. */
  readonly unreadable: number;
  readonly hasMore: boolean;
}

/**
 * Turns pushes that wait into evidence, the longest waiting first, at most `limit` of them: all of
 * it in one database transaction, so that a crash leaves them as they were. Throws
 * `TemporarilyUnavailable`.
 */
export const drainPushes = async (
  deps: Omit<SuspicionDeps, 'db'> & { readonly pool: Pool; readonly vault: Vault },
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<DrainedBatch> =>
  inTransaction(deps.pool, async (db) => {
    const rows = await lockDueAifiPushes(db, now, limit);
    const done: string[] = [];
    const unreadable: string[] = [];
    let evidence = 0;
    for (const row of rows) {
      const body = await findAifiPushBody(db, row.push_id);
      const push = openPush(deps.vault, row.push_id, body);
      if (push === undefined) unreadable.push(row.push_id);
      else {
        evidence += await recordSuspicion({ ...deps, db }, { row, push, now });
        done.push(row.push_id);
      }
    }
    await setAifiPushesDrained(db, done, now);
    await postponeAifiPushes(db, unreadable, new Date(now.getTime() + unreadablePauseMs));
    return {
      drained: done.length,
      evidence,
      unreadable: unreadable.length,
      hasMore: rows.length === limit,
    };
  });
