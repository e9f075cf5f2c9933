import { z } from 'zod';
import { storableText } from '../../contracts/faults.js';
import type { RolloutReport, ShadowReport, TrialReport } from '../../contracts/v1/trial-reports.js';
import { periodMaxMs, type Trial, type TrialOrderPage } from '../../contracts/v1/trials.js';
import type { Pool } from '../../db/pool.js';
import { findTrial, listTrialRows, type TrialRow } from '../../db/rule-set-trials.js';
import {
  listTrialOrderRows,
  type TrialOrderFilter,
  type TrialOrderPlace,
} from '../../db/trial-orders.js';
import { type ArmCell, countArms, countShadow, type ReportPeriod } from '../../db/trial-reports.js';
import { differenceOfShares } from '../../domain/trials/interval.js';
import { challengerRules } from '../../domain/trials/rule-findings.js';
import { evaluatedCells, matrixOf, ordersOf, sideOf } from '../../domain/trials/side.js';
import type { Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';

/** The period that a caller asked for. */
export interface RequestedPeriod {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Completes a period: by default the latest time within the bounds of a report. */
export const reportPeriod = (
  { from, to }: RequestedPeriod,
  { since, until }: { readonly since: Date; readonly until: Date },
): { readonly from: Date; readonly to: Date } => {
  if (from !== undefined) {
    const latest = Math.min(until.getTime(), from.getTime() + periodMaxMs);
    return { from, to: to ?? new Date(Math.max(latest, from.getTime())) };
  }
  const end = to ?? until;
  return { from: new Date(Math.max(since.getTime(), end.getTime() - periodMaxMs)), to: end };
};

/** Orders in progress when a trial ended still belong to it. */
const lateMs = 3_600_000;

const armOf = (cells: readonly ArmCell[], arm: ArmCell['arm']) =>
  sideOf(cells.filter((cell) => cell.arm === arm).map((cell) => ({ ...cell, answer: cell.was })));

const reportRollout = async (
  pool: Pool,
  { trial_id: trialId }: TrialRow,
  period: ReportPeriod,
): Promise<RolloutReport> => {
  const cells = await countArms(pool, trialId, period);
  const champion = armOf(cells, 'champion');
  const challenger = armOf(cells, 'challenger');
  const differenceIn = (outcome: 'review' | 'reject') => {
    const [one, other] = [champion, challenger].map(({ orders, outcomes }) => ({
      part: outcomes[outcome],
      whole: orders,
    })) as [{ part: number; whole: number }, { part: number; whole: number }];
    return differenceOfShares(one, other);
  };
  return {
    kind: 'rollout',
    champion,
    challenger,
    reviewDifference: differenceIn('review'),
    rejectDifference: differenceIn('reject'),
  };
};

const reportShadow = async (
  pool: Pool,
  { trial_id: trialId }: TrialRow,
  period: ReportPeriod,
): Promise<ShadowReport> => {
  const { cells, rules, pending } = await countShadow(pool, { by: 'trial', trialId }, period);
  const evaluated = evaluatedCells(cells);
  const champion = sideOf(
    evaluated.map(({ was, scores_was: scores, errored_was: errored, ...cell }) => ({
      ...cell,
      answer: was,
      ending: was,
      scores,
      errored,
    })),
  );
  const challenger = sideOf(
    evaluated.map(({ would, scores_would: scores, errored_would: errored, ...cell }) => ({
      ...cell,
      answer: would,
      ending: would,
      scores,
      errored,
    })),
  );
  return {
    kind: 'shadow',
    evaluated: champion.orders,
    pending,
    faults: ordersOf(cells) - champion.orders,
    matrix: matrixOf(evaluated),
    champion,
    challenger,
    rules: challengerRules(rules, champion.orders),
  };
};

/**
 * A trial with its results in a period, by default its latest 92 days; undefined when there is
 * none. Throws `TemporarilyUnavailable`, also when the period is too large to count in time.
 */
export const reportTrial = async (
  { db: pool, now }: Context<'now', Pool>,
  { trialId, ...requested }: RequestedPeriod & { readonly trialId: string },
): Promise<TrialReport | undefined> => {
  const row = await findTrial(pool, trialId);
  if (row === undefined) return undefined;
  const until = row.ended_at === null ? now : new Date(row.ended_at.getTime() + lateMs);
  const period = reportPeriod(requested, { since: row.started_at, until });
  const count = row.mode === 'rollout' ? reportRollout : reportShadow;
  return {
    trial: trialView(row),
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    report: await count(pool, row, period),
  };
};

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
