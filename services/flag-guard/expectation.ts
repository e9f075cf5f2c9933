import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { BacktestResult } from '../../contracts/v1/backtests.js';
import type { FlagBasis } from '../../contracts/v1/flag-guard.js';
import {
  countFlags,
  type ExpectationRow,
  findLastSpan,
  type FlagsRow,
  listBacktestBanners,
  listFlagExpectations,
} from '../../db/flag-guard.js';
import { expectedOrdersMin, judgeFlags } from '../../domain/flag-guard/judge.js';
import { Policy } from '../../contracts/policy.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';

/** Of later backtests nobody expects the earlier ones to be right. */
const backtestsMax = 10;

/** A share of so many orders is right to about one in a hundred; they are counted in some 50 ms. */
const ordersMax = 5000;

/** Long enough for nights and weekends. */
const spanMs = 7 * dayMs;

/** What rules flagged longer ago says little about the orders of today. */
const ageMaxMs = 28 * dayMs;

const { multiple: defaultMultiple } = Policy.parse({}).flagGuard;

interface NewPublication {
  readonly version: number;
  readonly hash: string;
  /** What was in force before it; null while nothing had been published. */
  readonly before: { readonly version: number; readonly publication: number | null };
}

const flagsIn = ({ banner, localOutcomes = [] }: BacktestResult['banners'][number]): FlagsRow => {
  const sum = (cells: typeof localOutcomes) => cells.reduce((all, { orders }) => all + orders, 0);
  const flagged = localOutcomes.filter(({ would }) => would !== 'accept');
  return { banner, orders: sum(localOutcomes), flagged: sum(flagged) };
};

const isEnough = ({ orders }: FlagsRow): boolean => orders >= expectedOrdersMin;

const fromBacktests = async ({ db }: Context, hash: string): Promise<ExpectationRow[]> => {
  const backtests = await listBacktestBanners(db, hash, backtestsMax);
  return backtests.flatMap(({ backtest_id, banners: own }) =>
    own.map((one) => ({ ...flagsIn(one), basis: 'backtest' as const, backtest_id })),
  );
};

/** What a version flagged when it was last in force, unless that is long ago. */
const fromLastTime = async (
  { db, now }: Context<'now'>,
  version: number,
  basis: FlagBasis,
): Promise<ExpectationRow[]> => {
  const span = await findLastSpan(db, version, { now, lengthMs: spanMs });
  if (span === undefined || now.getTime() - span.to.getTime() > ageMaxMs) return [];
  const counted = await countFlags(db, span, ordersMax);
  return counted.map((row) => ({ ...row, basis, backtest_id: null }));
};

/**
 * What the rules before flagged. Where that was far more than was expected of them, nobody shall
 * expect as much again: their own expectation stays.
 */
const fromBefore = async (
  context: Context<'now'>,
  { version, publication }: NewPublication['before'],
): Promise<ExpectationRow[]> => {
  const counted = await fromLastTime(context, version, 'before');
  const expected = publication === null ? [] : await listFlagExpectations(context.db, publication);
  return counted.map((row) => {
    const own = expected.find(({ banner }) => banner === row.banner);
    const isOver = judgeFlags(row, own, defaultMultiple).state === 'over';
    return own !== undefined && isOver ? own : row;
  });
};

/**
 * For each banner the share of orders that a rule set is expected to flag: by its latest backtest,
 * else by what these rules flagged when they were last in force, else by what the rules before them
 * flagged. A banner of which too few orders are known has none. Call it in the database transaction
 * of the publication, before its row is stored.
 */
export const expectFlags = async (
  context: Context<'now'>,
  { version, hash, before }: NewPublication,
): Promise<readonly ExpectationRow[]> => {
  const sources = [
    () => fromBacktests(context, hash),
    () => fromLastTime(context, version, 'own'),
    () => fromBefore(context, before),
  ];
  const known = new Map<Banner, ExpectationRow>();
  for (const source of sources) {
    if (known.size === banners.length) break;
    for (const row of (await source()).filter(isEnough)) {
      if (!known.has(row.banner)) known.set(row.banner, row);
    }
  }
  return [...known.values()];
};
