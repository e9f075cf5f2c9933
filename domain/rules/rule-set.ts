import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Bands, Rollout, Rule } from '../../contracts/rules.js';
import type { Facts } from '../facts/catalogue.js';
import type { ErroredRule, RuleHit } from '../votes.js';
import { type CompiledRule, evaluateRule } from './evaluate-rule.js';
import type { ListRead } from './expression-parts.js';

/** What the rules say of one transaction, in the order of the file. */
export interface RuleResults {
  readonly hits: readonly RuleHit[];
  readonly erroredRules: readonly ErroredRule[];
}

/** A rule set as one banner has it. */
export interface BannerRuleSet {
  /** Undefined: the settings file's count. */
  readonly bands: Bands | undefined;
  /** Rollouts of its rules, by rule id; each asks for the fact `rollout.<id>`. */
  readonly rollouts: Readonly<Record<string, Rollout>>;
  /** Ids of its shadow rules. */
  readonly shadowRules: readonly string[];
  /** The live rules alone. */
  readonly evaluate: (facts: Facts) => RuleResults;
  readonly evaluateShadow: (facts: Facts) => RuleResults;
}

/** A checked rule set, ready to be evaluated many times. */
export interface RuleSet {
  /** Changes whenever any rule, band or override does. */
  readonly hash: string;
  readonly rules: readonly Rule[];
  /** Names (`group.fact`) of all facts that its enabled rules read, sorted. */
  readonly factNames: readonly string[];
  /** What its enabled rules ask of lists. */
  readonly lists: readonly ListRead[];
  readonly of: (banner: Banner) => BannerRuleSet;
}

/** A rule as one banner has it, with its compiled form. */
export interface RuleInForce {
  readonly rule: Rule;
  readonly compiled: CompiledRule;
}

const evaluator = (rules: readonly CompiledRule[]) => {
  return (facts: Facts): RuleResults => {
    const hits: RuleHit[] = [];
    const erroredRules: ErroredRule[] = [];
    for (const rule of rules) {
      const { hit, errored } = evaluateRule(rule, facts);
      if (hit !== undefined) hits.push(hit);
      if (errored !== undefined) erroredRules.push(errored);
    }
    return { hits, erroredRules };
  };
};

/** Puts one banner's rules together; those that are not enabled are left out. */
export const toBannerRuleSet = (
  rules: readonly RuleInForce[],
  bands: Bands | undefined,
): BannerRuleSet => {
  const enabled = rules.filter(({ rule }) => rule.enabled);
  const inMode = (mode: Rule['mode']) =>
    enabled.filter(({ rule }) => rule.mode === mode).map(({ compiled }) => compiled);
  const shadow = inMode('shadow');
  return {
    bands,
    rollouts: Object.fromEntries(
      enabled.flatMap(({ rule: { id, rollout } }) => (rollout ? [[id, rollout] as const] : [])),
    ),
    shadowRules: shadow.map(({ id }) => id),
    evaluate: evaluator(inMode('live')),
    evaluateShadow: evaluator(shadow),
  };
};
