import { banners } from '../../contracts/hbc/transaction.js';
import type { FlagReport } from '../../contracts/v1/flag-guard.js';
import { countFlags, type ExpectationRow, listFlagExpectations } from '../../db/flag-guard.js';
import type { Queryable } from '../../db/pool.js';
import { findLatestPublication, type PublicationRow } from '../../db/rule-sets.js';
import { judgeFlags } from '../../domain/flag-guard/judge.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';
import { policyDefaultsOf } from '../controls.js';
import { listPolicies } from '../policies/versions.js';

/** The latest orders of all banners that are counted: some 50 ms, once a minute. */
const ordersMax = 5000;

/** Orders of a publication that the guard counts: the latest ones, at most a day's. */
export const guardedSpan = (
  { version, published_at: publishedAt }: PublicationRow,
  now: Date,
): { readonly version: number; readonly from: Date; readonly to: Date } => ({
  version,
  from: new Date(Math.max(publishedAt.getTime(), now.getTime() - dayMs)),
  to: now,
});

const viewExpected = (row: ExpectationRow): FlagReport['banners'][number]['expected'] => ({
  basis: row.basis,
  backtestId: row.backtest_id,
  orders: row.orders,
  flagged: row.flagged,
});

const readFlags = (db: Queryable, publication: PublicationRow | undefined, now: Date) =>
  publication === undefined
    ? ([[], []] as const)
    : Promise.all([
        countFlags(db, guardedSpan(publication, now), ordersMax),
        listFlagExpectations(db, publication.publication),
      ]);

/**
 * The report of a publication; nothing is guarded before the first one. Throws
 * `TemporarilyUnavailable`.
 */
export const reportFlags = async (
  { db, settings, now }: Context<'settings' | 'now'>,
  publication: PublicationRow | undefined,
): Promise<FlagReport> => {
  const [seen, expectations] = await readFlags(db, publication, now);
  const policies = await listPolicies({ db }, policyDefaultsOf(settings));
  return {
    publication: publication?.publication ?? null,
    version: publication?.version ?? 0,
    banners: banners.map((banner) => {
      const { orders, flagged } = seen.find((row) => row.banner === banner) ?? {
        ...{ orders: 0, flagged: 0 },
      };
      const expected = expectations.find((row) => row.banner === banner);
      const own = policies.find((one) => one.banner === banner)?.policy.flagGuard;
      const { multiple, fallBack } = own ?? settings.banners[banner].policy.flagGuard;
      const { state, limit } = judgeFlags({ orders, flagged }, expected, multiple);
      return {
        ...{ banner, state, expected: expected ? viewExpected(expected) : null },
        ...{ orders, flagged, multiple, limit, fallBack },
      };
    }),
  };
};

/**
 * How many orders the rule set in force flags for each banner, beside what was expected of it when
 * it came into force. Throws `TemporarilyUnavailable`.
 */
export const readFlagReport = async (context: Context<'settings' | 'now'>): Promise<FlagReport> =>
  reportFlags(context, await findLatestPublication(context.db));
