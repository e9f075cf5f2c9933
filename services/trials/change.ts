import type { Trial } from '../../contracts/v1/trials.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import {
  findTrial,
  lockTrials,
  setTrialEnded,
  setTrialPercent,
  type TrialRow,
} from '../../db/rule-set-trials.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { createRuleScale, type RuleScale } from '../confirmation.js';
import { type Context, later } from '../context.js';
import { findTextInForce } from '../rule-sets/in-force.js';
import {
  confirmationOf,
  needsAnother,
  type NeedsConfirmation,
  type PublishContext,
} from '../rule-sets/put-in-force.js';
import { readRuleText } from '../rule-sets/read-text.js';
import { readVersion } from '../rule-sets/versions.js';
import { trialView } from './read.js';
import { isLargeRollout, rolloutUse } from './start.js';

export type PercentChange =
  | { readonly kind: 'changed' | 'unchanged'; readonly trial: Trial }
  /** `version_conflict`: other rules came into force concurrently. */
  | { readonly kind: 'unknown_trial' | 'four_eyes' | 'version_conflict' }
  | NeedsConfirmation
  /** It has ended, or is a shadow trial, which covers all orders. */
  | { readonly kind: 'not_running' };

interface ShareToGive {
  readonly trialId: string;
  readonly percent: number;
  readonly confirm?: string | undefined;
}

type ChangeContext<Db extends Queryable = Queryable> = Omit<PublishContext<Db>, 'guard'>;

const isLargeGrowth = (row: TrialRow | undefined, percent: number): row is TrialRow =>
  row?.ended_at === null && percent > row.percent && isLargeRollout({ mode: row.mode, percent });

interface WeighedShare {
  readonly scale: RuleScale;
  readonly hash: string;
}

/** Weighs a rollout that grows above half; undefined for any other change. */
const weighShare = async (
  context: ChangeContext,
  { trialId, percent, confirm }: ShareToGive,
): Promise<WeighedShare | undefined> => {
  const row = await findTrial(context.db, trialId);
  if (!isLargeGrowth(row, percent)) return undefined;
  const found = await readVersion(context, context.shipped, row.version);
  const checked = readRuleText(found?.text ?? '');
  // A version that cannot be read decides nothing: each process keeps the rules in force.
  if ('problems' in checked) return undefined;
  const scale = createRuleScale(context, { checked, use: rolloutUse(percent), confirm });
  await scale.weigh(await findTextInForce(context, context.shipped));
  return { scale, hash: checked.ruleSet.hash };
};

/** Why the change is refused; undefined when nothing prevents it. */
const refusalOf = async (
  context: ChangeContext,
  { row, percent, weighed }: { row: TrialRow; percent: number; weighed: WeighedShare | undefined },
): Promise<PercentChange | undefined> => {
  const grows = percent > row.percent;
  if (context.fourEyes && grows && (await needsAnother(context, row.version))) {
    return { kind: 'four_eyes' };
  }
  if (!isLargeGrowth(row, percent) || weighed === undefined) return undefined;
  const before = await findTextInForce(context, context.shipped);
  return confirmationOf(context, context.shipped, { before, ...weighed });
};

/**
 * Changes the share of a running rollout. One that grows keeps the subjects already in it; with
 * four eyes, an editor of its draft may not let it grow, since 100 % means in force. One that grows
 * above half may need a confirmation.
 */
export const changePercent = async (
  context: ChangeContext<Pool>,
  given: ShareToGive,
): Promise<PercentChange> => {
  const { actor, now } = context;
  const { trialId, percent } = given;
  const weighed = await weighShare(context, given);
  return inTransaction(context.db, async (db) => {
    await lockTrials(db);
    const row = await findTrial(db, trialId);
    if (row === undefined) return { kind: 'unknown_trial' };
    if (row.ended_at !== null || row.mode !== 'rollout') return { kind: 'not_running' };
    if (row.percent === percent) return { kind: 'unchanged', trial: trialView(row) };
    const refusal = await refusalOf({ ...context, db }, { row, percent, weighed });
    if (refusal !== undefined) return refusal;
    await setTrialPercent(db, trialId, percent);
    await insertAudit(db, {
      actor: actor.name,
      action: 'trial.changed',
      object: `trial:${trialId}`,
      details: { from: row.percent, to: percent },
      at: now,
    });
    return { kind: 'changed', trial: trialView({ ...row, percent }) };
  });
};

/**
 * Ends a trial: the rule set in force decides alone again. A trial that has ended is returned as it
 * is; undefined when there is none.
 */
export const endTrial = (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { trialId, note }: { trialId: string; note: string },
): Promise<Trial | undefined> =>
  inTransaction(pool, async (db) => {
    await lockTrials(db);
    const row = await findTrial(db, trialId);
    if (row === undefined || row.ended_at !== null) return row && trialView(row);
    const at = later(now, row.started_at);
    await setTrialEnded(db, { trialId, by: actor.name, at });
    await insertAudit(db, {
      actor: actor.name,
      action: 'trial.ended',
      object: `trial:${trialId}`,
      details: { version: row.version, note: maskReason(note) },
      at,
    });
    return trialView({ ...row, ended_at: at, ended_by: actor.name });
  });
