import { expect, it } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import type { Settings } from '../../../contracts/settings.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { defaultRuleSet, exampleSettings } from '../../support/rules.js';
import {
  exampleReceivedAtMs,
  exampleTransaction,
  type Overrides,
} from '../../support/transactions.js';

export type SettingsOverrides = Partial<Record<keyof Settings, unknown>>;

const ruleSet = defaultRuleSet();

export const scoreExample = (
  overrides: Overrides<Transaction> = {},
  settings: SettingsOverrides = {},
) =>
  scoreTransaction(ruleSet, exampleTransaction(overrides), {
    receivedAtMs: exampleReceivedAtMs,
    settings: exampleSettings(settings),
  });

/** One line of a rule's ledger: the points it gives, `undefined` where it must be silent. */
export type RuleCase = readonly [
  what: string,
  overrides: Overrides<Transaction>,
  points: number | undefined,
  settings?: SettingsOverrides,
];

/** One test per line: the rule gives exactly these points, and no rule is errored. */
export const ledger = (id: string, cases: readonly RuleCase[]) => {
  for (const [what, overrides, points, settings] of cases) {
    it(`${id}: ${what}`, () => {
      const { hits, erroredRules } = scoreExample(overrides, settings);
      expect(erroredRules).toEqual([]);
      expect(hits.find((hit) => hit.id === id)?.points).toBe(points);
    });
  }
};
