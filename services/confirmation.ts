import { createHash } from 'node:crypto';
import type { Outcome } from '../contracts/hbc/decision.js';
import { type Banner, banners } from '../contracts/hbc/transaction.js';
import type { Policy } from '../contracts/policy.js';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import type { AnswerFigures, ConfirmationFigures } from '../contracts/v1/confirmation.js';
import { readSourceOrders, sampleSource } from '../db/backtest-source.js';
import { isVoteUnknown, recombine } from '../domain/backtest/recombine.js';
import type { StoredOrder } from '../domain/backtest/stored-order.js';
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
 * The value that stands for one change against what is in force. It is no secret: it keeps a
 * confirmation from being given to anything but what its figures were told of.
 */
const confirmValue = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** What a change needs before it is made. */
export type Weighed =
  | { readonly isNeeded: false }
  | {
      readonly isNeeded: true;
      /** Sent with the same request, it says that this very change is meant. */
      readonly confirm: string;
      readonly figures: ConfirmationFigures;
    };

/** One order's answer as it is and as it would be; undefined when it cannot be known. */
type Reanswered = { readonly was: Outcome; readonly would: Outcome } | undefined;

interface DayToCount {
  /** Null for all banners. */
  readonly banner: Banner | null;
  readonly reanswer: (order: StoredOrder) => Promise<Reanswered>;
  /** Completes "… could not be answered anew: …" for orders of which `reanswer` knows nothing. */
  readonly unknownBecause: string;
}

/** Orders read and evaluated at a time, in some milliseconds: others are answered in between. */
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

/** Why orders were not answered anew, in words. */
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
 * Answers the orders of the last day anew and counts what would have been otherwise: all of them,
 * or of a large day an even sample. Ends when its time is up; what is not done then is told as
 * undetermined.
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
  let [undecided, lookedAt] = [0, 0];
  for (let at = 0; at < ids.length && performance.now() < endMs; at += sliceSize) {
    const slice = ids.slice(at, at + sliceSize);
    const read = await readSourceOrders(db, slice);
    undecided += slice.length - read.length;
    lookedAt += read.length;
    for (const order of read) count.add(await reanswer(order));
  }
  const figures = count.figures();
  const undetermined = Math.max(0, ids.length - undecided - figures.evaluated);
  const unknown = lookedAt - figures.evaluated;
  const hint = hintOf(unknown, Math.max(0, undetermined - unknown), unknownBecause);
  return { from: from.toISOString(), orders, undetermined, hint, ...figures };
};

interface PolicyToWeigh {
  readonly banner: Banner;
  readonly inForce: { readonly version: number; readonly policy: Policy };
  readonly policy: Policy;
}

/**
 * What a banner's answers of the last day would have been under another policy, by the votes that
 * are stored.
 */
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

/** Whether a policy needs a confirmation; one that is given is taken. */
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

/** What it takes to answer stored orders anew by other rules. */
type WeighContext = FactContext & Context<'now'>;

interface RulesToWeigh {
  readonly checked: ReadRuleText;
  /** `publication`, or the rollout with its share: another one is another change. */
  readonly use: string;
  /** What the caller confirms. */
  readonly confirm: string | undefined;
}

/** How a rule set answers stored orders: from their facts, computed anew where one is missing. */
const createAnswerer = async (context: WeighContext, ruleSet: RuleSet) => {
  const policyOf = await listPolicyVersionsOf(context);
  const rules = { ruleSet, settings: context.settings, policyOf };
  const [stored, recomputed] = (['stored', 'recomputed'] as const).map((facts) =>
    createEvaluator(context, rules, facts),
  );
  // An order that cannot be read any more cannot be answered anew; it is no fault of the change.
  const again = (order: StoredOrder) =>
    recomputed?.(order).catch((error: unknown) => {
      if (error instanceof TemporarilyUnavailable) throw error;
      return undefined;
    });
  return async (order: StoredOrder) => {
    const first = await stored?.(order);
    const isPart = first !== undefined && 'missing' in first.result;
    const result = (isPart ? await again(order) : first)?.result;
    return result !== undefined && 'outcome' in result ? result.outcome : undefined;
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
      const next = await would(order);
      if (next === undefined) return undefined;
      if (next === order.outcome) return { was: next, would: next };
      // What it was answered under may no longer be in force: then this change is not to blame.
      const isOwn = order.ruleSetHash === before.hash;
      const present = isOwn ? order.outcome : ((await is?.(order)) ?? order.outcome);
      return { was: present, would: next };
    },
  });
  return { rules: isReadable ? rulesOut(read.content, checked.content, banners) : null, answers };
};

/** Tells of what is in force whether a change of it needs a confirmation. */
export interface RuleScale {
  /** Looks at the last day, off every lock. */
  readonly weigh: (before: TextInForce) => Promise<Weighed>;
  /** What was weighed before; undefined when it was against other rules. */
  readonly told: (before: TextInForce) => Weighed | undefined;
}

/**
 * Weighs a change of the rules against what is in force: the share of the rules that go out of
 * force, and of the last day's answers that would have been others.
 */
export const createRuleScale = (context: WeighContext, change: RulesToWeigh): RuleScale => {
  const { checked, use, confirm } = change;
  const known = new Map<string, Weighed>();
  const valueOf = ({ version, hash }: TextInForce) =>
    confirmValue('rules', use, version, hash, checked.ruleSet.hash);
  const told = (before: TextInForce): Weighed | undefined => {
    const value = valueOf(before);
    const isNothing = before.hash === checked.ruleSet.hash;
    return value === confirm || isNothing ? { isNeeded: false } : known.get(value);
  };
  const weighAnew = async (before: TextInForce): Promise<Weighed> => {
    const figures = await weigh(context, before, change);
    const isNeeded = needsConfirmation(figures, context.settings.confirmation);
    const value = valueOf(before);
    const weighed = isNeeded ? { isNeeded, confirm: value, figures } : { isNeeded };
    known.set(value, weighed);
    return weighed;
  };
  return { told, weigh: async (before) => told(before) ?? weighAnew(before) };
};
