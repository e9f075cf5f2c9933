import { findOpenFitPart, saveFitPart } from '../../db/points-fit-parts.js';
import { type FitOrder, readFitPage } from '../../db/points-fit-source.js';
import { findFit, findFitTexts, type FitRequest } from '../../db/points-fits.js';
import { unknownFacts } from '../../domain/backtest/try-rules.js';
import { levelsOf } from '../../domain/fit/levels.js';
import { keyOfOrder } from '../../domain/fit/patterns.js';
import { addSampled, countSampled, type SampledCounts } from '../../domain/fit/sampled.js';
import { endingOf, type FitPeriods, periodsOf, useOf } from '../../domain/fit/use-of-order.js';
import type { ReadRuleText } from '../../domain/rule-text/read.js';
import { readRuleText } from '../rule-sets/read-text.js';
import type { FactContext } from '../transactions/fact-source.js';
import { createOrderFactReader } from '../transactions/order-facts.js';

/** The rules of a fit, valid when it was asked for, can no longer be parsed. */
class UnreadableRules extends Error {
  override readonly name = 'UnreadableRules';
}

/** Compiles the rules of a fit. Throws `UnreadableRules`, which no retry cures. */
export const readFitRules = (text: string): ReadRuleText => {
  const read = readRuleText(text);
  if ('problems' in read) throw new UnreadableRules('the rules of the fit cannot be read');
  return read;
};

/** The periods of a fit. */
export const periodsOfRequest = ({
  from,
  cut,
  maturityDays,
  heldOutDays,
}: Pick<FitRequest, 'from' | 'cut' | 'maturityDays' | 'heldOutDays'>): FitPeriods =>
  periodsOf({ fromMs: from.getTime(), cutMs: cut.getTime(), maturityDays, heldOutDays });

/**
 * Returns the function that finds an order's pattern; undefined without a fact that it needs. The
 * facts of an imported order are computed as of its own time.
 */
const createReader = (
  context: FactContext,
  { ruleSet, content }: ReadRuleText,
  { periods, useVerdicts }: { readonly periods: FitPeriods; readonly useVerdicts: boolean },
) => {
  const levels = levelsOf(content);
  const reader = createOrderFactReader(context, ruleSet);
  return async (order: FitOrder): Promise<string | undefined> => {
    const { facts, areStored } = await reader.read(order, 'stored');
    const { banner } = order;
    const results = ruleSet.of(banner).evaluate(facts);
    if (areStored && unknownFacts(results.erroredRules, order).length > 0) return undefined;
    const use = useOf(order.receivedAtMs, periods);
    return keyOfOrder(levels, { ...results, banner, use, ending: endingOf(order, useVerdicts) });
  };
};

interface PartToCount {
  readonly fitId: string;
  readonly part: number;
  /** Stops the count between two pages of orders. */
  readonly signal: AbortSignal;
}

/** Orders read at a time; some ten megabytes. */
const pageSize = 1000;

/** Orders read concurrently, to keep the database connections busy. */
const togetherMax = 8;

/**
 * Counts the orders of one part by what the rules in force find in them and what became of them.
 * Safe to run twice: a part counts once. Throws `UnreadableRules`, and the signal's reason.
 */
export const countFitPart = async (
  context: FactContext,
  { fitId, part, signal }: PartToCount,
): Promise<void> => {
  const { db } = context;
  const [row, texts, range] = [
    await findFit(db, fitId),
    await findFitTexts(db, fitId),
    await findOpenFitPart(db, fitId, part),
  ];
  if (row === undefined || texts === undefined || range === undefined) return;
  const { banner, cut, useVerdicts } = row.request;
  const rules = readFitRules(texts.text);
  const periods = periodsOfRequest(row.request);
  const keyOf = createReader(context, rules, { periods, useVerdicts });
  const patterns = new Map<string, number>();
  const left = { undecided: 0, notEvaluable: 0 };
  const sampled: SampledCounts[] = [];
  let { after } = range;
  for (;;) {
    signal.throwIfAborted();
    const page = await readFitPage(db, { ...range, after, banner, cut, limit: pageSize });
    left.undecided += page.undecided;
    sampled.push(addSampled(page.orders.map(countSampled)));
    for (let at = 0; at < page.orders.length; at += togetherMax) {
      signal.throwIfAborted();
      const some = page.orders.slice(at, at + togetherMax);
      for (const key of await Promise.all(some.map(keyOf))) {
        if (key === undefined) left.notEvaluable += 1;
        else patterns.set(key, (patterns.get(key) ?? 0) + 1);
      }
    }
    if (page.next === null) break;
    after = page.next;
  }
  await saveFitPart(db, fitId, part, {
    ...{ patterns: Object.fromEntries(patterns), ...left, sampled: addSampled(sampled) },
  });
};
