import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { loadRuleSet } from '../../domain/rules/load-rule-set.js';
import { loadSettings } from '../../runtime/settings.js';
import type { BenchContext } from '../context.js';
import { type Evaluation, evaluatePopulation, type Generate } from './evaluate.js';

export interface PopulationPlan {
  readonly seed: number;
  /** Number of measured orders. */
  readonly size: number;
}

export const fullPlan: PopulationPlan = { seed: 1, size: 20_000 };
/** Proves that it runs; every pattern still has a few orders. */
export const quickPlan: PopulationPlan = { seed: 1, size: 500 };

/** The result of the shipped rules on the population. */
export interface PopulationResult extends Evaluation {
  readonly ruleSetHash: string;
  /** Time to generate the orders, maintain and read their history, and score them. */
  readonly tookSeconds: number;
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Scores a population by the shipped rules and settings. Needs no servers. Throws `RuleSetError`
 * and `ConfigError` when the shipped files are wrong.
 */
export const population = (
  plan: PopulationPlan,
  { say }: BenchContext,
  generate?: Generate,
): PopulationResult => {
  const raw: unknown = parse(readFileSync(pathOf('rules/default.yaml'), 'utf8'));
  const ruleSet = loadRuleSet(raw, sha256);
  const settings = loadSettings('VERDICT_SETTINGS', pathOf('config/verdict.yaml'));
  say(`scoring ${plan.size} orders and what came before them`);
  const startedMs = performance.now();
  const evaluation = evaluatePopulation(ruleSet, settings, plan, generate);
  return {
    ...evaluation,
    ruleSetHash: ruleSet.hash,
    tookSeconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
};
