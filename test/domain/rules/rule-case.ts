import { expect, it } from 'vitest';
import type { Transaction } from '../../../contracts/hbc/transaction.js';
import type { Settings } from '../../../contracts/settings.js';
import type { FactSource } from '../../../domain/facts/fact-group.js';
import { noHistory } from '../../../domain/history.js';
import { noLookups } from '../../../domain/lookups.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { defaultRuleSet, exampleSettings } from '../../support/rules.js';
import {
  exampleReceivedAtMs,
  exampleTransaction,
  type Overrides,
} from '../../support/transactions.js';

export type SettingsOverrides = Partial<Record<keyof Settings, unknown>>;

/** What is known besides the order itself: by default nothing, although all of it was looked up. */
export type Known = Partial<Omit<FactSource, 'transaction' | 'settings'>>;

const ruleSet = defaultRuleSet();

export const scoreExample = (
  overrides: Overrides<Transaction> = {},
  settings: SettingsOverrides = {},
  known: Known = {},
) =>
  scoreTransaction(ruleSet, exampleTransaction(overrides), {
    receivedAtMs: exampleReceivedAtMs,
    settings: exampleSettings(settings),
    history: noHistory,
    listings: [],
    evidence: [],
    lookups: noLookups,
    ...known,
  });

/** One line of a rule's ledger: its points; `undefined` where it must not trip. */
export type RuleCase = readonly [
  what: string,
  overrides: Overrides<Transaction>,
  points: number | undefined,
  settings?: SettingsOverrides,
];

/** The same for a rule that reads more than the order. */
export type KnownCase = readonly [
  what: string,
  known: Known,
  points: number | undefined,
  overrides?: Overrides<Transaction>,
];

const expectPoints = (
  id: string,
  { hits, erroredRules }: ReturnType<typeof scoreExample>,
  points: number | undefined,
) => {
  expect(erroredRules).toEqual([]);
  expect(hits.find((hit) => hit.id === id)?.points).toBe(points);
};

/** One test per line: the rule gives exactly these points, and no rule is errored. */
export const ledger = (id: string, cases: readonly RuleCase[]) => {
  for (const [what, overrides, points, settings] of cases) {
    it(`${id}: ${what}`, () => expectPoints(id, scoreExample(overrides, settings), points));
  }
};

export const knownLedger = (id: string, cases: readonly KnownCase[]) => {
  for (const [what, known, points, overrides] of cases) {
    it(`${id}: ${what}`, () => expectPoints(id, scoreExample(overrides, {}, known), points));
  }
};
