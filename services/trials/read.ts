import { z } from 'zod';
import { storableText } from '../../contracts/faults.js';
import type { Trial, TrialOrderPage } from '../../contracts/v1/trials.js';
import { findTrial, listTrialRows, type TrialRow } from '../../db/rule-set-trials.js';
import {
  listTrialOrderRows,
  type TrialOrderFilter,
  type TrialOrderPlace,
} from '../../db/trial-orders.js';
import type { Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';

/** A trial as the API shows it. */
export const trialView = (row: TrialRow): Trial => ({
  trialId: row.trial_id,
  version: row.version,
  mode: row.mode,
  percent: row.percent,
  by: row.subject,
  note: row.note,
  author: row.author,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  endedBy: row.ended_by,
});

/** All trials, newest first; at most one is running. */
export const listTrials = async ({ db }: Context): Promise<Trial[]> =>
  (await listTrialRows(db)).map(trialView);

const Place = z.object({ at: z.iso.datetime(), id: storableText('id') });

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readTrialOrderCursor = (cursor: string): TrialOrderPlace | undefined => {
  const place = readCursor(Place, cursor);
  return place && { decidedAt: new Date(place.at), transactionId: place.id };
};

/**
 * One page of the orders that a shadow trial has evaluated, newest first, optionally of one cell of
 * its matrix. Undefined when there is no such trial. Empty for a rollout.
 */
export const listTrialOrders = async (
  { db }: Context,
  {
    after,
    limit,
    ...filter
  }: TrialOrderFilter & {
    readonly after: TrialOrderPlace | undefined;
    readonly limit: number;
  },
): Promise<TrialOrderPage | undefined> => {
  if ((await findTrial(db, filter.trialId)) === undefined) return undefined;
  const rows = await listTrialOrderRows(db, filter, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    orders: page.map((row) => ({
      transactionId: row.transaction_id,
      decidedAt: row.decided_at.toISOString(),
      was: row.was,
      would: row.would,
      scoreWas: row.score_was,
      scoreWould: row.score_would,
    })),
    nextCursor: last
      ? printCursor({ at: last.decided_at.toISOString(), id: last.transaction_id })
      : null,
  };
};
