import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Bands, Rollout, Rule } from '../../contracts/rules.js';
import type { Facts } from '../facts/catalogue.js';
import type { ErroredRule, RuleHit } from '../votes.js';
import { type CompiledRule, evaluateRule } from './evaluate-rule.js';
import type { ListRead } from './expression-parts.js';

/** The results of all rules for one transaction, in the order of the file. */
export interface RuleResults {
  readonly hits: readonly RuleHit[];
  readonly erroredRules: readonly ErroredRule[];
}

/** The rule set of one banner. */
export interface BannerRuleSet {
  /** Undefined: the bands of the settings file apply. */
  readonly bands: Bands | undefined;
  /** Rollouts of its rules by rule id; each needs the fact `rollout.<id>`. */
  readonly rollouts: Readonly<Record<string, Rollout>>;
  /** Ids of its shadow rules. */
  readonly shadowRules: readonly string[];
  /** Evaluates the live rules only. */
  readonly evaluate: (facts: Facts) => RuleResults;
  readonly evaluateShadow: (facts: Facts) => RuleResults;
}

/** A checked rule set, compiled for repeated evaluation. */
export interface RuleSet {
  /** Changes whenever any rule, band or override does. */
  readonly hash: string;
  readonly rules: readonly Rule[];
  /** Names (`group.fact`) of all facts that its enabled rules read, sorted. */
  readonly factNames: readonly string[];
  /** The list lookups of its enabled rules. */
  readonly lists: readonly ListRead[];
  readonly of: (banner: Banner) => BannerRuleSet;
}

/** A rule of one banner with its compiled form. */
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

/** Builds one banner's rule set; disabled rules are left out. */
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
