import { randomUUID } from 'node:crypto';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { NewTrial, Trial } from '../../contracts/v1/trials.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import {
  findRunningTrial,
  insertTrial,
  lockTrials,
  type TrialRow,
} from '../../db/rule-set-trials.js';
import { findLatestPublication } from '../../db/rule-sets.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { checkRuleText } from '../rule-sets/check-text.js';
import { freezeDraft, type FrozenDraft } from '../rule-sets/freeze-draft.js';
import type { CheckDeps } from '../rule-sets/find-problems.js';
import { needsAnother } from '../rule-sets/needs-another.js';
import type { ShippedRules } from '../rule-sets/read-shipped.js';
import { readVersion } from '../rule-sets/read-version.js';
import { trialView } from './trial-view.js';

export interface StartDeps extends Pick<CheckDeps, 'guard'> {
  readonly pool: Pool;
  readonly shipped: ShippedRules;
  /** Whether somebody else than a draft's editors must let it decide orders. */
  readonly fourEyes: boolean;
}

export type StartedTrial =
  | { readonly kind: 'started'; readonly trial: Trial }
  /** Another trial has not ended; or the version decides already. */
  | { readonly kind: 'trial_running' | 'in_force' | 'four_eyes' | 'unknown_version' }
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  | { readonly kind: 'draft'; readonly frozen: 'unknown' | 'closed' | 'revision_conflict' };

interface ToStart {
  readonly asked: NewTrial;
  readonly now: Date;
}

/** A version that was there before, checked as for a publication. */
const readAsked = async (
  { pool, shipped, guard }: StartDeps,
  version: number,
): Promise<FrozenDraft | { readonly kind: 'unknown_version' }> => {
  const found = await readVersion(pool, shipped, version);
  if (found === undefined) return { kind: 'unknown_version' };
  const checked = await checkRuleText({ db: pool, guard }, found.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  return { kind: 'frozen', version };
};

const refusalOf = async (
  db: Queryable,
  { fourEyes }: StartDeps,
  actor: Actor,
  { version, mode }: { readonly version: number; readonly mode: NewTrial['mode'] },
): Promise<StartedTrial | undefined> => {
  if ((await findRunningTrial(db)) !== undefined) return { kind: 'trial_running' };
  const inForce = (await findLatestPublication(db))?.version ?? 0;
  if (inForce === version) return { kind: 'in_force' };
  const decides = mode === 'rollout';
  const isOwn = decides && fourEyes && (await needsAnother(db, actor, version));
  return isOwn ? { kind: 'four_eyes' } : undefined;
};

const store = async (db: Queryable, row: TrialRow): Promise<StartedTrial> => {
  await insertTrial(db, row);
  const { version, mode, percent, subject, note } = row;
  await insertAudit(db, {
    actor: row.author,
    action: 'trial.started',
    object: `trial:${row.trial_id}`,
    details: { version, mode, percent, by: subject, note },
    at: row.started_at,
  });
  return { kind: 'started', trial: trialView(row) };
};

/**
 * Begins a trial of a version, or of a draft, which becomes a version first. One runs at a time. A
 * rollout decides orders: where four eyes are, an editor of its draft may not begin it. Throws
 * `TemporarilyUnavailable`.
 */
export const startTrial = async (
  deps: StartDeps,
  actor: Actor,
  { asked, now }: ToStart,
): Promise<StartedTrial> => {
  const { pool } = deps;
  const { draftId, mode } = asked;
  if ((await findRunningTrial(pool)) !== undefined) return { kind: 'trial_running' };
  const note = maskReason(asked.note);
  const found =
    draftId === undefined
      ? await readAsked(deps, asked.version ?? 0)
      : await freezeDraft(deps, actor, { draftId, note, now });
  if (found.kind === 'unknown_version' || found.kind === 'refused') return found;
  if (found.kind !== 'frozen') return { kind: 'draft', frozen: found.kind };
  const { version } = found;
  return inTransaction(pool, async (db) => {
    await lockTrials(db);
    const refusal = await refusalOf(db, deps, actor, { version, mode });
    if (refusal !== undefined) return refusal;
    return store(db, {
      trial_id: randomUUID(),
      version,
      mode,
      percent: asked.percent ?? 100,
      subject: asked.by,
      note,
      author: actor.name,
      started_at: now,
      ended_at: null,
      ended_by: null,
    });
  });
};
