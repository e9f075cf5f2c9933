import type { FlagReport } from '../../contracts/v1/flag-guard.js';
import { type FallBackRow, listFallBacks } from '../../db/flag-guard.js';
import { findLatestPublication } from '../../db/rule-sets.js';
import type { Context } from '../context.js';
import type { ShippedRules } from '../rule-sets/versions.js';
import { findReturning, type Stays } from './fall-back.js';
import { reportFlags } from './report.js';

/** Fallbacks are rare: these are years. */
const fallBacksMax = 20;

/** The rule set in force, as the guard sees it. */
export interface GuardedRules {
  readonly version: number;
  readonly publishedAt: Date;
  readonly author: string;
  /** The version that comes back where a policy asks for it, or why none does. */
  readonly returning: number | Stays;
  /** Whether it is in force because another version gave way. */
  readonly cameBack: FallBackRow | undefined;
}

/** What the guard sees, may do and has done. */
export interface GuardView {
  /** Undefined before the first publication: nothing is guarded until then. */
  readonly inForce: GuardedRules | undefined;
  readonly banners: FlagReport['banners'];
  /** Latest first. */
  readonly fallBacks: readonly FallBackRow[];
}

/** Reads how the guard judges the rules in force. Throws `TemporarilyUnavailable`. */
export const readGuard = async (
  context: Context<'settings' | 'now'> & { readonly shipped: ShippedRules },
): Promise<GuardView> => {
  const latest = await findLatestPublication(context.db);
  const [{ banners }, returning, fallBacks] = await Promise.all([
    reportFlags(context, latest),
    latest && findReturning(context, latest),
    listFallBacks(context.db, fallBacksMax),
  ]);
  if (latest === undefined || returning === undefined) {
    return { inForce: undefined, banners, fallBacks };
  }
  const { version, author, published_at: publishedAt } = latest;
  const [last] = fallBacks;
  const cameBack = last?.at.getTime() === publishedAt.getTime() ? last : undefined;
  return { inForce: { version, publishedAt, author, returning, cameBack }, banners, fallBacks };
};
