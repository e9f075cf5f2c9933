import type { Banner } from '../../contracts/hbc/transaction.js';
import type { PolicyChange, PolicyVersion } from '../../contracts/v1/policies.js';
import { insertAudit } from '../../db/audit.js';
import { insertPolicy, lockPublication } from '../../db/policies.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { later } from '../later.js';
import type { Actor } from '../ports.js';
import { listChanges, type PolicyDifference } from './list-changes.js';
import type { PolicyDefaults } from './policy-version.js';
import { readPolicy } from './read.js';

export interface PolicyToPublish {
  readonly banner: Banner;
  readonly change: PolicyChange;
  readonly now: Date;
}

export type Publication =
  | { readonly kind: 'published' | 'unchanged'; readonly version: PolicyVersion }
  /** Another version than the expected one is in force. */
  | { readonly kind: 'version_conflict' }
  | { readonly kind: 'budget_too_large' };

const store = async (
  db: Queryable,
  next: PolicyVersion & { readonly author: string },
  changes: readonly PolicyDifference[],
  now: Date,
): Promise<void> => {
  const { banner, version, policy, note, author } = next;
  await insertPolicy(db, { banner, version, policy, note, author, publishedAt: now });
  await insertAudit(db, {
    actor: author,
    action: 'policy.published',
    object: `policy:${banner}`,
    details: { version, note, changes },
    at: now,
  });
};

/**
 * Puts a policy in force for a banner as its next version, with one audit row that names every
 * setting changed. Publications of one banner go one after the other. The policy that is in force
 * already is answered as it is, and nothing is written. Throws `TemporarilyUnavailable`.
 */
export const publishPolicy = async (
  deps: {
    readonly pool: Pool;
    readonly defaults: PolicyDefaults;
    /** `DECISION_BUDGET_MS`: no policy may give partners more. */
    readonly budgetMaxMs: number;
  },
  actor: Actor,
  { banner, change, now }: PolicyToPublish,
): Promise<Publication> => {
  const { policy, expectedVersion } = change;
  if ((policy.budgetMs ?? 0) > deps.budgetMaxMs) return { kind: 'budget_too_large' };
  return inTransaction(deps.pool, async (db) => {
    await lockPublication(db, banner);
    const inForce = await readPolicy(db, deps.defaults, banner);
    if (expectedVersion !== undefined && expectedVersion !== inForce.version) {
      return { kind: 'version_conflict' };
    }
    const changes = listChanges(inForce.policy, policy);
    if (changes.length === 0) return { kind: 'unchanged', version: inForce };
    const at = later(now, inForce.publishedAt === null ? null : new Date(inForce.publishedAt));
    const next = {
      banner,
      version: inForce.version + 1,
      policy,
      note: maskReason(change.note),
      author: actor.name,
      publishedAt: at.toISOString(),
    };
    await store(db, next, changes, at);
    return { kind: 'published', version: next };
  });
};
