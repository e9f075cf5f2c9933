import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Settings } from '../../contracts/settings.js';
import type { Facts } from '../../domain/facts/catalogue.js';
import { type History, noHistory } from '../../domain/history.js';
import { noLookups } from '../../domain/lookups.js';
import { unflattenFacts } from '../../domain/rules/fact-name.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { loadSettings } from '../../runtime/settings.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import { readRuleText } from '../../services/rule-sets/read-text.js';
import type { BenchContext } from '../context.js';
import { scorePopulation } from '../population/evaluate.js';
import { generatePopulation } from '../population/generate.js';
import type { RulesPlan } from './plan.js';
import { measureRounds, type Rounds, roundsOf } from './rounds.js';

/** Orders per second of one core, and milliseconds of one core. */
export interface RulesResult {
  readonly rules: number;
  readonly orders: number;
  readonly repeats: number;
  readonly loadedRules: number;
  /** Rules alone, on given facts. */
  readonly evaluatedPerSecond: Rounds;
  /** Facts and rules of orders without history. */
  readonly scoredPerSecond: Rounds;
  /** The same with each order's loaded history. */
  readonly scoredWithHistoryPerSecond: Rounds;
  /** From the text to a compiled rule set. */
  readonly loadMs: Rounds;
}

interface Input {
  readonly transaction: SanitisedTransaction;
  readonly receivedAtMs: number;
  readonly history: History;
  readonly facts: Facts;
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const inputsOf = (ruleSet: RuleSet, settings: Settings, { seed, orders }: RulesPlan): Input[] => {
  const population = scorePopulation(ruleSet, settings, generatePopulation(seed, orders));
  return Array.from(population, ({ order, history, score }) => ({
    transaction: order.transaction,
    receivedAtMs: order.receivedAtMs,
    history,
    facts: unflattenFacts(score.facts),
  }));
};

/** A text of this many rules: copies of the shipped ones under new ids. */
const textOfRules = (count: number): string => {
  const { rules } = parse(readFileSync(pathOf('rules/default.yaml'), 'utf8')) as {
    rules: { readonly id: string }[];
  };
  const copies = Array.from({ length: count }, (_, index) => ({
    ...rules[index % rules.length],
    id: `${rules[index % rules.length]?.id ?? ''}-${Math.floor(index / rules.length)}`,
  }));
  return stringify({ rules: copies }, { aliasDuplicateObjects: false });
};

const load = (text: string): void => {
  if ('problems' in readRuleText(text)) throw new Error('the text to load is refused');
};

/**
 * Measures the shipped rules on orders of the population, on one core, and the loading of a large
 * rule set. Needs no servers. Throws `RuleSetError` when the shipped rules are wrong.
 */
export const rules = (plan: RulesPlan, { say }: BenchContext): RulesResult => {
  const { ruleSet } = readShippedRules(pathOf('rules/default.yaml'));
  const settings = loadSettings('VERDICT_SETTINGS', pathOf('config/verdict.yaml'));
  say(`making ${plan.orders} orders`);
  const inputs = inputsOf(ruleSet, settings, plan);
  const perSecond = (repeats: number, work: (input: Input) => unknown): Rounds => {
    const each = () => {
      for (let repeat = 0; repeat < repeats; repeat += 1) inputs.forEach(work);
    };
    const evaluations = repeats * inputs.length;
    return roundsOf(measureRounds(plan.rounds, each).map((ms) => (evaluations * 1000) / ms));
  };
  const score = ({ transaction, receivedAtMs }: Input, history: History) => {
    const known = { settings, lookups: noLookups, history, listings: [], evidence: [] };
    return scoreTransaction(ruleSet, transaction, { receivedAtMs, ...known });
  };
  say('evaluating them');
  const text = textOfRules(plan.loadedRules);
  return {
    rules: ruleSet.rules.filter(({ enabled }) => enabled).length,
    orders: inputs.length,
    repeats: plan.repeats,
    loadedRules: plan.loadedRules,
    evaluatedPerSecond: perSecond(plan.repeats, (input) =>
      ruleSet.of(input.transaction.banner).evaluate(input.facts),
    ),
    scoredPerSecond: perSecond(1, (input) => score(input, noHistory)),
    scoredWithHistoryPerSecond: perSecond(1, (input) => score(input, input.history)),
    loadMs: roundsOf(measureRounds(plan.rounds, () => load(text))),
  };
};
