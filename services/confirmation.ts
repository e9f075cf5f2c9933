import { createHash } from 'node:crypto';
import type { Outcome } from '../contracts/hbc/decision.js';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import type { Policy } from '../contracts/policy.js';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { AnswerFigures, ConfirmationFigures } from '../contracts/v1/confirmation.js';
import { readSourceOrders, sampleSource } from '../db/backtest-source.js';
import { isVoteUnknown, recombine } from '../domain/backtest/recombine.js';
import type { StoredOrder } from '../domain/backtest/stored-order.js';
import type { Tried } from '../domain/backtest/try-rules.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { needsConfirmation } from '../domain/confirmation/needs-confirmation.js';
import { rulesOut } from '../domain/confirmation/rules-out.js';
import type { RuleSet } from '../domain/rules/rule-set.js';
import { dayMs } from '../domain/utc-day.js';
import type { Context } from './context.js';
import { createEvaluator, listPolicyVersionsOf } from './backtests/evaluate.js';
import type { TextInForce } from './rule-sets/in-force.js';
import type { ReadRuleText } from '../domain/rule-text/read.js';
import { readRuleText } from './rule-sets/read-text.js';
import type { FactContext } from './transactions/fact-source.js';

/**
 * Identifies one change against what is in force. Not a secret: it ties a confirmation to the
 * figures that the caller has seen.
 */
const confirmValue = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** Whether a change needs a confirmation. */
export type Weighed =
  | { readonly isNeeded: false }
  | {
      readonly isNeeded: true;
      /** The caller repeats the request with this value to confirm this very change. */
      readonly confirm: string;
      readonly figures: ConfirmationFigures;
    };

/** One order's present and hypothetical answer; undefined when it cannot be computed. */
type Reanswered = { readonly was: Outcome; readonly would: Outcome } | undefined;

interface DayToCount {
  /** Null for all banners. */
  readonly banner: Banner | null;
  readonly reanswer: (order: StoredOrder) => Promise<Reanswered>;
  /** Why `reanswer` returns undefined; completes the hint "… could not be answered anew: …". */
  readonly unknownBecause: string;
}

/** Orders evaluated at a time, in some milliseconds, so that others are answered in between. */
const sliceSize = 25;

const createCount = () => {
  const cells = new Map<string, AnswerFigures['changes'][number]>();
  let evaluated = 0;
  return {
    add: (one: Reanswered): void => {
      if (one === undefined) return;
      evaluated += 1;
      const { was, would } = one;
      if (was === would) return;
      const key = `${was} ${would}`;
      cells.set(key, { was, would, orders: (cells.get(key)?.orders ?? 0) + 1 });
    },
    figures: () => {
      const changes = [...cells.values()];
      const changed = changes.reduce((sum, { orders }) => sum + orders, 0);
      return { evaluated, changed, share: evaluated === 0 ? 0 : changed / evaluated, changes };
    },
  };
};

/** The hint that explains which orders were not evaluated. */
const hintOf = (unknown: number, notReached: number, because: string): string | null => {
  const parts = [
    ...(unknown > 0 ? [`${unknown} of the orders could not be answered anew: ${because}`] : []),
    ...(notReached > 0
      ? [`${notReached} of the orders were not looked at: time was up (confirmation.withinMs)`]
      : []),
  ];
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
};

/**
 * Evaluates the orders of the last day again and counts changed answers: all orders, or an even
 * sample of a large day. Stops when its time is up and reports the rest as undetermined.
 */
export const countAnswers = async (
  { db, settings, now }: Context<'settings' | 'now'>,
  { banner, reanswer, unknownBecause }: DayToCount,
): Promise<AnswerFigures> => {
  const { ordersMax, withinMs } = settings.confirmation;
  const endMs = performance.now() + withinMs;
  const from = new Date(now.getTime() - dayMs);
  const { orders, ids } = await sampleSource(db, { from, banner, limit: ordersMax });
  const count = createCount();
  let [undecided, readCount] = [0, 0];
  for (let at = 0; at < ids.length && performance.now() < endMs; at += sliceSize) {
    const slice = ids.slice(at, at + sliceSize);
    const read = await readSourceOrders(db, slice);
    undecided += slice.length - read.length;
    readCount += read.length;
    for (const order of read) count.add(await reanswer(order));
  }
  const figures = count.figures();
  const undetermined = Math.max(0, ids.length - undecided - figures.evaluated);
  const unknown = readCount - figures.evaluated;
  const hint = hintOf(unknown, Math.max(0, undetermined - unknown), unknownBecause);
  return { from: from.toISOString(), orders, undetermined, hint, ...figures };
};

interface PolicyToWeigh {
  readonly banner: Banner;
  readonly inForce: { readonly version: number; readonly policy: Policy };
  readonly policy: Policy;
}

/** Counts a banner's answers of the last day under another policy, from the stored votes. */
export const countUnderPolicy = (
  context: Context<'settings' | 'now'>,
  { banner, inForce, policy }: PolicyToWeigh,
): Promise<AnswerFigures> =>
  countAnswers(context, {
    banner,
    unknownBecause: 'a partner was not asked then, and its answer would count now',
    reanswer: (order) => {
      if (isVoteUnknown(order, inForce.policy, policy)) return Promise.resolve(undefined);
      const [was, would] = [
        recombine(order, inForce.policy, context.settings),
        recombine(order, policy, context.settings),
      ];
      return Promise.resolve({ was, would });
    },
  });

/** Whether a policy needs a confirmation. A matching `confirm` satisfies it. */
export const weighPolicy = async (
  context: Context<'settings' | 'now'>,
  { confirm: given, ...change }: PolicyToWeigh & { readonly confirm: string | undefined },
): Promise<Weighed> => {
  const { banner, inForce, policy } = change;
  const parts = [inForce.policy, policy].map(canonicalJson);
  const confirm = confirmValue('policy', banner, inForce.version, ...parts);
  if (given === confirm) return { isNeeded: false };
  const figures = { rules: null, answers: await countUnderPolicy(context, change) };
  const isNeeded = needsConfirmation(figures, context.settings.confirmation);
  return isNeeded ? { isNeeded, confirm, figures } : { isNeeded };
};

/** The context for evaluating stored orders with other rules. */
type WeighContext = FactContext & Context<'now'>;

interface RulesToWeigh {
  readonly checked: ReadRuleText;
  /** `publication`, or the rollout with its share; each is a different change. */
  readonly use: string;
  /** The caller's confirmation. */
  readonly confirm: string | undefined;
}

/**
 * Returns the function that answers stored orders with a rule set: from their stored facts,
 * recomputed where one is missing. It gives undefined for an order that cannot be read any more.
 */
export const createAnswerer = async (context: FactContext, ruleSet: RuleSet) => {
  const policyOf = await listPolicyVersionsOf(context);
  const rules = { ruleSet, settings: context.settings, policyOf };
  const [stored, recomputed] = (['stored', 'recomputed'] as const).map((facts) =>
    createEvaluator(context, rules, facts),
  );
  // An order that cannot be decrypted any more counts as unknown, whatever the change.
  const evaluateRecomputed = (order: StoredOrder) =>
    recomputed?.(order).catch((error: unknown) => {
      if (error instanceof TemporarilyUnavailable) throw error;
      return undefined;
    });
  return async (order: StoredOrder): Promise<Tried | undefined> => {
    const first = await stored?.(order);
    const isPart = first !== undefined && 'missing' in first.result;
    const result = (isPart ? await evaluateRecomputed(order) : first)?.result;
    return result !== undefined && 'outcome' in result ? result : undefined;
  };
};

const weigh = async (
  context: WeighContext,
  before: TextInForce,
  { checked }: RulesToWeigh,
): Promise<ConfirmationFigures> => {
  const read = readRuleText(before.text);
  const isReadable = 'ruleSet' in read;
  const would = await createAnswerer(context, checked.ruleSet);
  const is = isReadable ? await createAnswerer(context, read.ruleSet) : undefined;
  const answers = await countAnswers(context, {
    banner: null,
    unknownBecause: 'the order or its policy cannot be read any more',
    reanswer: async (order) => {
      const next = (await would(order))?.outcome;
      if (next === undefined) return undefined;
      if (next === order.outcome) return { was: next, would: next };
      // The order may have been answered by an older rule set: that difference is not due to this
      // change.
      const isOwn = order.ruleSetHash === before.hash;
      const present = isOwn ? order.outcome : ((await is?.(order))?.outcome ?? order.outcome);
      return { was: present, would: next };
    },
  });
  return { rules: isReadable ? rulesOut(read.content, checked.content, banners) : null, answers };
};

/** Decides whether a change of the rules in force needs a confirmation. */
export interface RuleScale {
  /** Evaluates the last day. Call it without holding a lock. */
  readonly weigh: (before: TextInForce) => Promise<Weighed>;
  /**
   * The result for `before` without any evaluation: from the caller's confirmation or an earlier
   * `weigh`; undefined when there is none.
   */
  readonly cached: (before: TextInForce) => Weighed | undefined;
}

/**
 * Weighs a change of the rules in force: the share of rules that go out of force, and the share of
 * the last day's answers that would change.
 */
export const createRuleScale = (context: WeighContext, change: RulesToWeigh): RuleScale => {
  const { checked, use, confirm } = change;
  const known = new Map<string, Weighed>();
  const valueOf = ({ version, hash }: TextInForce) =>
    confirmValue('rules', use, version, hash, checked.ruleSet.hash);
  const cached = (before: TextInForce): Weighed | undefined => {
    const value = valueOf(before);
    const isNothing = before.hash === checked.ruleSet.hash;
    return value === confirm || isNothing ? { isNeeded: false } : known.get(value);
  };
  const evaluateChange = async (before: TextInForce): Promise<Weighed> => {
    const figures = await weigh(context, before, change);
    const isNeeded = needsConfirmation(figures, context.settings.confirmation);
    const value = valueOf(before);
    const weighed = isNeeded ? { isNeeded, confirm: value, figures } : { isNeeded };
    known.set(value, weighed);
    return weighed;
  };
  return { cached, weigh: async (before) => cached(before) ?? evaluateChange(before) };
};
