import { banners } from '../../contracts/hbc/transaction.js';
import type { backtestFacts } from '../../contracts/v1/backtests.js';
import { findOpenPart, savePart } from '../../db/backtest-parts.js';
import { readSourcePage } from '../../db/backtest-source.js';
import { type BacktestRow, findBacktest, findBacktestText } from '../../db/backtests.js';
import { listPolicyVersions } from '../../db/policies.js';
import type { Pool } from '../../db/pool.js';
import { type Change, changeOf } from '../../domain/backtest/change.js';
import { differingFacts } from '../../domain/backtest/differences.js';
import type { StoredOrder } from '../../domain/backtest/stored-order.js';
import { createTally, type Recomputed } from '../../domain/backtest/tally.js';
import {
  type NotEvaluable,
  type TrialRules,
  type Tried,
  tryRules,
} from '../../domain/backtest/try-rules.js';
import { needsOf } from '../../domain/facts/catalogue.js';
import { flattenFacts } from '../../domain/rules/fact-name.js';
import type { Context } from '../context.js';
import { eachOrder } from '../each-order.js';
import { readStoredRules } from '../rule-sets/read-text.js';
import type { FactContext } from '../transactions/fact-source.js';
import { createOrderFactReader } from '../transactions/order-facts.js';

/**
 * Looks up a banner's policy by the version that a decision names; version 0 is the settings
 * file's.
 */
export const listPolicyVersionsOf = async ({
  db,
  settings,
}: Context<'settings'>): Promise<TrialRules['policyOf']> => {
  const published = await Promise.all(banners.map((banner) => listPolicyVersions(db, banner)));
  const byVersion = new Map(
    published.flat().map(({ banner, version, policy }) => [`${banner} ${version}`, policy]),
  );
  return (banner, version) =>
    version === 0 ? settings.banners[banner].policy : byVersion.get(`${banner} ${version}`);
};

/** The result of one order; `recomputed` only when facts are recomputed. */
interface Evaluated {
  readonly result: Tried | NotEvaluable;
  readonly recomputed?: Recomputed;
}

const isOther = (one: Tried | NotEvaluable, other: Tried | NotEvaluable): boolean =>
  'outcome' in one && 'outcome' in other && one.outcome !== other.outcome;

/**
 * Returns the function that evaluates one order: from its stored facts, or from the order itself
 * with its history, lists and evidence as of its own time.
 */
export const createEvaluator = (
  context: FactContext,
  rules: TrialRules,
  wanted: (typeof backtestFacts)[number],
): ((order: StoredOrder) => Promise<Evaluated>) => {
  const { ruleSet } = rules;
  const reader = createOrderFactReader(context, ruleSet);
  const loaded = needsOf(ruleSet.factNames);
  return async (order) => {
    const { facts, areStored } = await reader.read(order, wanted);
    const result = tryRules(rules, order, facts, areStored);
    if (areStored || order.isImported) return { result };
    const differing = differingFacts(order.facts, flattenFacts(facts), loaded);
    const isOtherOutcome =
      differing.length > 0 && isOther(result, tryRules(rules, order, reader.stored(order), true));
    return { result, recomputed: { differing, isOtherOutcome } };
  };
};

interface PartToEvaluate {
  readonly backtestId: string;
  readonly part: number;
  /** Stops the evaluation between two batches of orders. */
  readonly signal: AbortSignal;
}

/** The most changed orders that a backtest lists over all its parts. It counts all of them. */
const listedMax = 100_000;

const createCounter = (ruleSetHash: string, listedInPart: number) => {
  const tally = createTally();
  const changes: Change[] = [];
  let changed = 0;
  const note = (order: StoredOrder, tried: Tried): void => {
    tally.add(order, tried, ruleSetHash);
    const change = changeOf(order, tried);
    if (change === undefined) return;
    changed += 1;
    if (changes.length < listedInPart) changes.push(change);
  };
  return {
    add: (order: StoredOrder, { result, recomputed }: Evaluated): void => {
      if (recomputed !== undefined) tally.addRecomputed(order, recomputed);
      if ('missing' in result) tally.addNotEvaluable(result);
      else note(order, result);
    },
    addUndecided: (orders: number): void => tally.addUndecided(orders),
    result: () => ({ sums: tally.sums({ orders: changed, listed: changes.length }), changes }),
  };
};

const prepare = async (context: FactContext, { backtest_id: id, request }: BacktestRow) => {
  const [text, policyOf] = await Promise.all([
    findBacktestText(context.db, id),
    listPolicyVersionsOf(context),
  ]);
  const { ruleSet } = readStoredRules(text ?? '', 'the backtest');
  const rules = { ruleSet, settings: context.settings, policyOf };
  return { ruleSet, evaluate: createEvaluator(context, rules, request.facts) };
};

/**
 * Evaluates the orders of one part of a backtest and stores the result. Safe to run twice: a part
 * counts once. Throws `UnreadableRules`, and the signal's reason.
 */
export const evaluatePart = async (
  context: FactContext<Pool>,
  { backtestId, part, signal }: PartToEvaluate,
): Promise<void> => {
  const { db } = context;
  const row = await findBacktest(db, backtestId);
  const range = await findOpenPart(db, backtestId, part);
  if (row === undefined || row.state !== 'running' || range === undefined) return;
  const { ruleSet, evaluate } = await prepare(context, row);
  const listedInPart = Math.ceil(listedMax / Math.max(1, row.progress.total));
  const counter = createCounter(ruleSet.hash, listedInPart);
  const { banner } = row.request;
  await eachOrder(
    {
      after: range.after,
      readPage: (after, limit) => readSourcePage(db, { ...range, after }, banner, limit),
      signal,
    },
    {
      onPage: ({ undecided }) => counter.addUndecided(undecided),
      work: evaluate,
      take: counter.add,
    },
  );
  await savePart(db, backtestId, part, counter.result());
};
