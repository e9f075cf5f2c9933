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
  /** Or other rules came into force at this moment. */
  | { readonly kind: 'unknown_trial' | 'four_eyes' | 'version_conflict' }
  | NeedsConfirmation
  /** It has ended, or it is a shadow trial, which all orders take part in. */
  | { readonly kind: 'not_running' };

interface ShareToGive {
  readonly trialId: string;
  readonly percent: number;
  readonly confirm?: string | undefined;
}

type ChangeContext<Db extends Queryable = Queryable> = Omit<PublishContext<Db>, 'guard'>;

const findLarge = (row: TrialRow | undefined, percent: number): row is TrialRow =>
  row?.ended_at === null && percent > row.percent && isLargeRollout({ mode: row.mode, percent });

interface WeighedShare {
  readonly scale: RuleScale;
  readonly hash: string;
}

/** Weighs a rollout that comes to decide for most; undefined for any other change. */
const weighShare = async (
  context: ChangeContext,
  { trialId, percent, confirm }: ShareToGive,
): Promise<WeighedShare | undefined> => {
  const row = await findTrial(context.db, trialId);
  if (!findLarge(row, percent)) return undefined;
  const found = await readVersion(context, context.shipped, row.version);
  const checked = readRuleText(found?.text ?? '');
  // A version that cannot be read decides nothing: each process goes on with what is in force.
  if ('problems' in checked) return undefined;
  const scale = createRuleScale(context, { checked, use: rolloutUse(percent), confirm });
  await scale.weigh(await findTextInForce(context, context.shipped));
  return { scale, hash: checked.ruleSet.hash };
};

/** What is against the change, whoever asks for it. */
const refusalOf = async (
  context: ChangeContext,
  { row, percent, weighed }: { row: TrialRow; percent: number; weighed: WeighedShare | undefined },
): Promise<PercentChange | undefined> => {
  const grows = percent > row.percent;
  if (context.fourEyes && grows && (await needsAnother(context, row.version))) {
    return { kind: 'four_eyes' };
  }
  if (!findLarge(row, percent) || weighed === undefined) return undefined;
  const before = await findTextInForce(context, context.shipped);
  return confirmationOf(context, context.shipped, { before, ...weighed });
};

/**
 * Gives a running rollout another share of the subjects. One that grows keeps everybody who was in
 * it, and where four eyes are no editor of its draft may let it grow: at 100 % it is in force. One
 * that grows above half may need a confirmation.
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
 * Ends a trial: the rule set in force decides alone again. One that has ended is answered as it is;
 * undefined when there is none.
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
