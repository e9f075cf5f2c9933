import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { banners } from '../../contracts/hbc/transaction.js';
import type { ConfirmationFigures } from '../../contracts/v1/confirmation.js';
import type { Pool } from '../../db/pool.js';
import type { StoredOrder } from '../../domain/backtest/stored-order.js';
import { isMuch } from '../../domain/confirmation/is-much.js';
import { rulesOut } from '../../domain/confirmation/rules-out.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { createEvaluator } from '../backtests/evaluate-order.js';
import { listPolicyVersionsOf } from '../backtests/list-policies.js';
import type { ReadRuleText } from '../rule-sets/read-text.js';
import { readRuleText } from '../rule-sets/read-text.js';
import type { TextInForce } from '../rule-sets/view-in-force.js';
import type { FactSourceDeps } from '../transactions/load-fact-source.js';
import { confirmValue } from './confirm-value.js';
import { countAnswers } from './count-answers.js';

export interface WeighDeps extends Omit<FactSourceDeps, 'db'> {
  readonly pool: Pool;
}

/** What a change needs before it is made. */
export type Weighed =
  | { readonly isNeeded: false }
  | {
      readonly isNeeded: true;
      /** Sent with the same request, it says that this very change is meant. */
      readonly confirm: string;
      readonly figures: ConfirmationFigures;
    };

export interface RulesToWeigh {
  readonly checked: ReadRuleText;
  /** `publication`, or the rollout with its share: another one is another change. */
  readonly use: string;
  /** What the caller confirms. */
  readonly confirm: string | undefined;
  readonly now: Date;
}

/** How a rule set answers stored orders: from their facts, computed anew where one is missing. */
const createAnswerer = async (deps: WeighDeps, ruleSet: RuleSet) => {
  const policyOf = await listPolicyVersionsOf(deps.pool, deps.settings);
  const rules = { ruleSet, settings: deps.settings, policyOf };
  const [stored, recomputed] = (['stored', 'recomputed'] as const).map((facts) =>
    createEvaluator({ ...deps, db: deps.pool }, rules, facts),
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
  deps: WeighDeps,
  before: TextInForce,
  { checked, now }: RulesToWeigh,
): Promise<ConfirmationFigures> => {
  const read = readRuleText(before.text);
  const isReadable = 'ruleSet' in read;
  const would = await createAnswerer(deps, checked.ruleSet);
  const is = isReadable ? await createAnswerer(deps, read.ruleSet) : undefined;
  const answers = await countAnswers(deps.pool, deps.settings.confirmation, {
    now,
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
  /** Looks at the last day, off every lock. Throws `TemporarilyUnavailable`. */
  readonly weigh: (before: TextInForce) => Promise<Weighed>;
  /** What was weighed before; undefined when it was against other rules. */
  readonly told: (before: TextInForce) => Weighed | undefined;
}

/**
 * Weighs a change of the rules against what is in force: the share of the rules that go out of
 * force, and of the last day's answers that would have been others.
 */
export const createRuleScale = (deps: WeighDeps, change: RulesToWeigh): RuleScale => {
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
    const figures = await weigh(deps, before, change);
    const isNeeded = isMuch(figures, deps.settings.confirmation);
    const value = valueOf(before);
    const weighed = isNeeded ? { isNeeded, confirm: value, figures } : { isNeeded };
    known.set(value, weighed);
    return weighed;
  };
  return { told, weigh: async (before) => told(before) ?? weighAnew(before) };
};
