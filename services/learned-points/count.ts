import { findOpenFitPart, saveFitPart } from '../../db/points-fit-parts.js';
import { type FitOrder, readFitPage } from '../../db/points-fit-source.js';
import { findFit, findFitTexts, type FitRequest } from '../../db/points-fits.js';
import { unknownFacts } from '../../domain/backtest/try-rules.js';
import { levelsOf } from '../../domain/fit/levels.js';
import { keyOfOrder } from '../../domain/fit/patterns.js';
import { addSampled, countSampled, type SampledCounts } from '../../domain/fit/sampled.js';
import { endingOf, type FitPeriods, periodsOf, useOf } from '../../domain/fit/use-of-order.js';
import type { ReadRuleText } from '../../domain/rule-text/read.js';
import { eachOrder } from '../each-order.js';
import { readStoredRules } from '../rule-sets/read-text.js';
import type { FactContext } from '../transactions/fact-source.js';
import { createOrderFactReader } from '../transactions/order-facts.js';

/** Compiles the rules of a fit. Throws `UnreadableRules`, which no retry cures. */
export const readFitRules = (text: string): ReadRuleText => readStoredRules(text, 'the fit');

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
  await eachOrder(
    {
      after: range.after,
      readPage: (after, limit) => readFitPage(db, { ...range, after, banner, cut, limit }),
      signal,
    },
    {
      onPage: ({ orders, undecided }) => {
        left.undecided += undecided;
        sampled.push(addSampled(orders.map(countSampled)));
      },
      work: keyOf,
      take: (_order, key) => {
        if (key === undefined) left.notEvaluable += 1;
        else patterns.set(key, (patterns.get(key) ?? 0) + 1);
      },
    },
  );
  await saveFitPart(db, fitId, part, {
    ...{ patterns: Object.fromEntries(patterns), ...left, sampled: addSampled(sampled) },
  });
};
