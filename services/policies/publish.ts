import { z } from 'zod';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import type { PolicyPublished, PolicyReturn, PolicyVersion } from '../../contracts/v1/policies.js';
import { insertAudit } from '../../db/audit.js';
import { insertPolicy, lockPublication } from '../../db/policies.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { weighPolicy } from '../confirmation.js';
import { type Context, later } from '../context.js';
import { propose, type Proposed } from '../proposals/propose.js';
import type { NeedsConfirmation } from '../rule-sets/put-in-force.js';
import {
  differencesOf,
  listChanges,
  type PolicyDefaults,
  readPolicy,
  readPolicyVersion,
} from './versions.js';

/** A policy that waits for approval, as stored. */
export const PolicyProposal = z.object({
  banner: z.enum(banners),
  /** The version that it would follow. */
  base: z.int().min(0),
  policy: Policy,
});

/** True for a change that only sends more orders to review: an emergency needs no second person. */
const isOnlyCareful = (from: Policy, to: Policy): boolean =>
  to.reviewAll && listChanges(from, to).every(({ path }) => path === 'reviewAll');

type PolicyContext<Db extends Queryable = Queryable> = Context<'settings' | 'actor' | 'now', Db> & {
  readonly defaults: PolicyDefaults;
  /** `DECISION_BUDGET_MS`: the upper limit of a policy's partner budget. */
  readonly budgetMaxMs: number;
  /** Whether a policy needs another person's approval. */
  readonly fourEyes: boolean;
};

export interface PolicyToPublish {
  readonly banner: Banner;
  readonly change: PolicyReturn & { readonly policy: Policy };
}

type Publication =
  | { readonly kind: 'published' | 'unchanged'; readonly version: PolicyPublished }
  | NeedsConfirmation
  | Proposed
  /** Another version than the expected one is in force. */
  | { readonly kind: 'version_conflict' }
  | { readonly kind: 'budget_too_large' };

/** A policy that may be published, and the version that it would replace. */
interface Publishable {
  readonly kind: 'publishable';
  readonly inForce: PolicyVersion;
  /** True when it is the previous policy: a rollback must be quick. */
  readonly isWayBack: boolean;
}

const isSame = (one: Policy, other: Policy): boolean => listChanges(one, other).length === 0;

/** Whether a policy is the previous one: a rollback must be quick. */
const isPolicyBefore = async (
  context: PolicyContext,
  inForce: PolicyVersion,
  policy: Policy,
): Promise<boolean> => {
  if (inForce.version === 0) return false;
  const { defaults } = context;
  const before = await readPolicyVersion(context, defaults, inForce.banner, inForce.version - 1);
  return before !== undefined && isSame(before.policy, policy);
};

/**
 * The present obstacle to a publication, or the version that it would replace. The answer stays
 * true only under `lockPublication`.
 */
const checkPolicy = async (
  context: PolicyContext,
  { banner, change }: PolicyToPublish,
): Promise<Publication | Publishable> => {
  const { policy, expectedVersion, confirm } = change;
  if ((policy.budgetMs ?? 0) > context.budgetMaxMs) return { kind: 'budget_too_large' };
  const inForce = await readPolicy(context, context.defaults, banner);
  if (expectedVersion !== undefined && expectedVersion !== inForce.version) {
    return { kind: 'version_conflict' };
  }
  if (isSame(inForce.policy, policy)) {
    const changes = { removed: [], added: [], changed: [] };
    return { kind: 'unchanged', version: { ...inForce, changes } };
  }
  const isWayBack = await isPolicyBefore(context, inForce, policy);
  if (isWayBack) return { kind: 'publishable', inForce, isWayBack };
  const weighed = await weighPolicy(context, { banner, inForce, policy, confirm });
  if (!weighed.isNeeded) return { kind: 'publishable', inForce, isWayBack };
  return { kind: 'needs_confirmation', confirm: weighed.confirm, figures: weighed.figures };
};

/**
 * Puts a checked policy in force as the next version, with one audit row that lists every changed
 * setting. Call it under `lockPublication`.
 */
export const storePolicy = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  inForce: PolicyVersion,
  { banner, change }: PolicyToPublish,
): Promise<PolicyPublished> => {
  const { policy } = change;
  const at = later(now, inForce.publishedAt === null ? null : new Date(inForce.publishedAt));
  const [version, note, author] = [inForce.version + 1, maskReason(change.note), actor.name];
  await insertPolicy(db, { banner, version, policy, note, author, publishedAt: at });
  await insertAudit(db, {
    actor: author,
    action: 'policy.published',
    object: `policy:${banner}`,
    details: { version, note, changes: listChanges(inForce.policy, policy) },
    at,
  });
  const changes = differencesOf(inForce.policy, policy);
  return { banner, version, policy, note, author, publishedAt: at.toISOString(), changes };
};

const proposePolicy = (
  context: Context<'actor' | 'now'>,
  inForce: PolicyVersion,
  { banner, change: { policy, note } }: PolicyToPublish,
): Promise<Proposed> =>
  propose(context, {
    kind: 'policy',
    object: `policy:${banner}`,
    change: {
      banner,
      base: inForce.version,
      policy,
      changes: differencesOf(inForce.policy, policy),
    },
    reason: note,
  });

/**
 * Puts a policy in force as a banner's next version, one publication at a time. One that would have
 * changed many answers needs a confirmation. With four eyes it waits for another person, unless it
 * only sends more orders to review or is a rollback. Equal policies write nothing.
 */
export const publishPolicy = (
  context: PolicyContext<Pool>,
  given: PolicyToPublish,
): Promise<Publication> =>
  inTransaction(context.db, async (db) => {
    const inside = { ...context, db };
    await lockPublication(db, given.banner);
    const checked = await checkPolicy(inside, given);
    if (checked.kind !== 'publishable') return checked;
    const { inForce, isWayBack } = checked;
    const isAlone = isWayBack || isOnlyCareful(inForce.policy, given.change.policy);
    if (context.fourEyes && !isAlone) return proposePolicy(inside, inForce, given);
    return { kind: 'published', version: await storePolicy(inside, inForce, given) };
  });
