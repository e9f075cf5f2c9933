import { randomUUID } from 'node:crypto';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { NewTrial, Trial } from '../../contracts/v1/trials.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { type DraftTextRow, findDraft } from '../../db/rule-set-drafts.js';
import {
  findLatestTrialChange,
  findRunningTrial,
  insertTrial,
  lockTrials,
  type TrialRow,
} from '../../db/rule-set-trials.js';
import { findVersionOfDraft, lockRuleSets, wasPublished } from '../../db/rule-sets.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { createRuleScale, type RuleScale } from '../confirmation.js';
import { type Context, later } from '../context.js';
import { checkRuleText } from '../rule-sets/check.js';
import { freezeDraft, holdDraft } from '../rule-sets/drafts.js';
import { findTextInForce, type TextInForce } from '../rule-sets/in-force.js';
import { isStaleDraft, isStaleVersion } from '../rule-sets/publish.js';
import {
  confirmationOf,
  needsAnother,
  type NeedsConfirmation,
  type PublishContext,
} from '../rule-sets/put-in-force.js';
import type { ReadRuleText } from '../../domain/rule-text/read.js';
import { readVersion } from '../rule-sets/versions.js';
import { trialView } from './read.js';

/** A rollout above this share, in percent, decides most orders. */
const largeFrom = 50;

/** Whether a trial decides so many orders that it is weighed like a publication. */
export const isLargeRollout = ({ mode, percent }: Pick<TrialRow, 'mode' | 'percent'>): boolean =>
  mode === 'rollout' && percent > largeFrom;

/** The use that a confirmation of a rollout is bound to. */
export const rolloutUse = (percent: number): string => `rollout ${percent}`;

type Kind = 'trial_running' | 'in_force' | 'stale_base' | 'four_eyes' | 'unknown_version';

export type StartedTrial =
  | { readonly kind: 'started'; readonly trial: Trial }
  | { readonly kind: Kind }
  | NeedsConfirmation
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  | { readonly kind: 'draft'; readonly frozen: 'unknown' | 'closed' | 'revision_conflict' };

/** The subject of the trial: an existing version, or a draft that becomes one. */
type Tried = { readonly version: number } | { readonly draft: DraftTextRow };

/** Its version number; undefined for a draft whose text was never tried. */
const versionOf = async (db: Queryable, tried: Tried): Promise<number | undefined> => {
  if ('version' in tried) return tried.version;
  const { draft_id: id, text, base_version: base } = tried.draft;
  const latest = await findVersionOfDraft(db, id);
  return latest?.text === text && latest.base_version === base ? latest.version : undefined;
};

const isStale = (db: Queryable, tried: Tried, inForce: TextInForce): Promise<boolean> | boolean =>
  'draft' in tried
    ? isStaleDraft(tried.draft, inForce)
    : isStaleVersion({ db }, tried.version, inForce);

const isOwn = async (context: Context<'actor'>, tried: Tried): Promise<boolean> => {
  const { db, actor } = context;
  if ('version' in tried) return needsAnother(context, tried.version);
  const version = await versionOf(db, tried);
  if (version !== undefined && (await wasPublished(db, version))) return false;
  return tried.draft.editors.includes(actor.name);
};

const refusalOf = async (
  context: PublishContext,
  { tried, mode }: { readonly tried: Tried; readonly mode: NewTrial['mode'] },
): Promise<{ readonly kind: Kind } | undefined> => {
  const { db, shipped, fourEyes } = context;
  if ((await findRunningTrial(db)) !== undefined) return { kind: 'trial_running' };
  const inForce = await findTextInForce(context, shipped);
  if ((await versionOf(db, tried)) === inForce.version) return { kind: 'in_force' };
  if (await isStale(db, tried, inForce)) return { kind: 'stale_base' };
  const needs = mode === 'rollout' && fourEyes && (await isOwn(context, tried));
  return needs ? { kind: 'four_eyes' } : undefined;
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

type Read = { readonly tried: Tried; readonly text: string } | StartedTrial;

const readTried = async ({ db, shipped }: PublishContext, request: NewTrial): Promise<Read> => {
  if (request.draftId === undefined) {
    const version = request.version ?? 0;
    const found = await readVersion({ db }, shipped, version);
    if (found === undefined) return { kind: 'unknown_version' };
    return { tried: { version }, text: found.text };
  }
  const draft = await findDraft(db, request.draftId);
  if (draft?.state === 'open') return { tried: { draft }, text: draft.text };
  return { kind: 'draft', frozen: draft === undefined ? 'unknown' : 'closed' };
};

interface Prepared {
  readonly request: NewTrial;
  readonly tried: Tried;
  readonly checked: ReadRuleText;
  /** Set for a rollout that is weighed like a publication. */
  readonly scale: RuleScale | undefined;
}

/** Weighs a rollout of more than half of the subjects; undefined for any other trial. */
const weighRollout = async (
  context: PublishContext,
  checked: ReadRuleText,
  { mode, percent = 100, confirm }: NewTrial,
): Promise<RuleScale | undefined> => {
  if (!isLargeRollout({ mode, percent })) return undefined;
  const scale = createRuleScale(context, { checked, use: rolloutUse(percent), confirm });
  await scale.weigh(await findTextInForce(context, context.shipped));
  return scale;
};

/**
 * Starts the trial unless something prevents it; a draft becomes a version in the same transaction.
 */
const begin = async (
  context: PublishContext,
  { request, tried, checked, scale }: Prepared,
): Promise<StartedTrial> => {
  const { db, actor, now, shipped } = context;
  const { mode } = request;
  await lockRuleSets(db);
  await lockTrials(db);
  const held = 'draft' in tried ? await holdDraft(context, tried.draft) : undefined;
  if (typeof held === 'string') return { kind: 'draft', frozen: held };
  const refusal = await refusalOf(context, { tried, mode });
  if (refusal !== undefined) return refusal;
  const { hash } = checked.ruleSet;
  const percent = request.percent ?? 100;
  if (scale !== undefined) {
    const before = await findTextInForce(context, shipped);
    const needed = await confirmationOf(context, shipped, { before, hash, scale });
    if (needed?.kind === 'version_conflict') return { kind: 'stale_base' };
    if (needed !== undefined) return needed;
  }
  const note = maskReason(request.note);
  const version =
    'version' in tried
      ? tried.version
      : await freezeDraft(context, { read: tried.draft, hash, note });
  return store(db, {
    trial_id: randomUUID(),
    version,
    mode,
    percent,
    note,
    subject: request.by,
    author: actor.name,
    started_at: later(now, await findLatestTrialChange(db)),
    ended_at: null,
    ended_by: null,
  });
};

/**
 * Starts a trial of a version, or of a draft, which becomes a version in the same transaction. One
 * trial runs at a time. A rollout decides orders, so with four eyes an editor of its draft may not
 * start it, and one above half of the subjects may need a confirmation.
 */
export const startTrial = async (
  context: PublishContext<Pool>,
  request: NewTrial,
): Promise<StartedTrial> => {
  if ((await findRunningTrial(context.db)) !== undefined) return { kind: 'trial_running' };
  const read = await readTried(context, request);
  if ('kind' in read) return read;
  const { tried, text } = read;
  const early = await refusalOf(context, { tried, mode: request.mode });
  if (early !== undefined) return early;
  const checked = await checkRuleText(context, text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  const scale = await weighRollout(context, checked, request);
  return inTransaction(context.db, (db) =>
    begin({ ...context, db }, { request, tried, checked, scale }),
  );
};
