import type { Trial } from '../../contracts/v1/trials.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { findTrial, lockTrials, setTrialPercent } from '../../db/rule-set-trials.js';
import type { Actor } from '../ports.js';
import { needsAnother } from '../rule-sets/needs-another.js';
import { trialView } from './trial-view.js';

export type PercentChange =
  | { readonly kind: 'changed' | 'unchanged'; readonly trial: Trial }
  | { readonly kind: 'unknown_trial' | 'four_eyes' }
  /** It has ended, or it is a shadow trial, which all orders take part in. */
  | { readonly kind: 'not_running' };

interface ChangeDeps {
  readonly pool: Pool;
  readonly fourEyes: boolean;
}

/**
 * Gives a running rollout another share of the subjects. One that grows keeps everybody who was in
 * it, and where four eyes are no editor of its draft may let it grow: at 100 % it is in force.
 * Throws `TemporarilyUnavailable`.
 */
export const changePercent = (
  { pool, fourEyes }: ChangeDeps,
  actor: Actor,
  { trialId, percent, now }: { trialId: string; percent: number; now: Date },
): Promise<PercentChange> =>
  inTransaction(pool, async (db) => {
    await lockTrials(db);
    const row = await findTrial(db, trialId);
    if (row === undefined) return { kind: 'unknown_trial' };
    if (row.ended_at !== null || row.mode !== 'rollout') return { kind: 'not_running' };
    if (row.percent === percent) return { kind: 'unchanged', trial: trialView(row) };
    const isOwn = fourEyes && percent > row.percent && (await needsAnother(db, actor, row.version));
    if (isOwn) return { kind: 'four_eyes' };
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
