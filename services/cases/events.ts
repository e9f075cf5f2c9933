import { findLastEventId, listEvents } from '../../db/case-events.js';
import type { Context } from '../context.js';

/** Something that happened to a case. */
export interface CaseEvent {
  readonly caseId: string;
  /** The kind of the order's event. */
  readonly kind: string;
}

/** Reads what happened to cases since the last call. */
export interface CaseEventReader {
  /** Forgets where it was: the next call reads what happens from now on. */
  readonly reset: () => void;
  readonly read: (context: Context<'now'>) => Promise<CaseEvent[]>;
}

/** A burst of this size takes some milliseconds to read. */
const readAtOnce = 2000;

/** Postgres ends a transaction that sits idle for a minute, so a later id never comes. */
const missingMs = 70_000;

/** More missing ids than this come from a restart of Postgres, which skips ids. */
const missingMax = 5000;

/**
 * Follows the order events by their ids. A transaction with a low id may commit after one with a
 * higher id, so ids that were skipped are asked for again until no open transaction can have them.
 * Each event is read exactly once.
 */
export const createCaseEventReader = (): CaseEventReader => {
  let last: number | undefined;
  const missing = new Map<number, number>();

  const noteMissing = (from: number, to: number, nowMs: number) => {
    for (let id = Math.max(from, to - missingMax); id < to; id += 1) missing.set(id, nowMs);
  };
  const forgetOld = (nowMs: number) => {
    for (const [id, sinceMs] of missing) {
      if (sinceMs > nowMs - missingMs && missing.size <= missingMax) return;
      missing.delete(id);
    }
  };
  return {
    reset: () => {
      last = undefined;
      missing.clear();
    },
    read: async ({ db, now }) => {
      if (last === undefined) {
        last = await findLastEventId(db);
        return [];
      }
      const rows = await listEvents(db, {
        after: last,
        missing: [...missing.keys()],
        limit: readAtOnce,
      });
      for (const { id } of rows) {
        if (!missing.delete(id)) {
          noteMissing(last + 1, id, now.getTime());
          last = id;
        }
      }
      forgetOld(now.getTime());
      return rows.flatMap(({ case_id: caseId, kind }) =>
        caseId === null ? [] : [{ caseId, kind }],
      );
    },
  };
};
