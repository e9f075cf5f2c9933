import { noHistory } from '../../../domain/history.js';
import { noLookups } from '../../../domain/lookups.js';
import { loadRuleSet } from '../../../domain/rules/load-rule-set.js';
import { RuleSetError } from '../../../domain/rules/rule-set-error.js';
import { exampleSettings, hashText } from '../../support/rules.js';
import { exampleReceivedAtMs, exampleTransaction } from '../../support/transactions.js';

/** The clean example with all data that facts need: nobody is known, no table mounted, no list. */
export const exampleSource = () => ({
  transaction: exampleTransaction(),
  settings: exampleSettings(),
  receivedAtMs: exampleReceivedAtMs,
  lookups: noLookups,
  history: noHistory,
  listings: [],
  evidence: [],
});

/** A rule that trips for orders above 100. */
export const exampleRule = (overrides: object = {}, ruleCase: object = {}) => ({
  id: 'T01',
  name: 'A test rule',
  cases: [
    { when: 'tx.orderTotal > 100', points: 10, reason: 'It is {tx.orderTotal}.', ...ruleCase },
  ],
  ...overrides,
});

/** Loads rules as a set; `more` is the rest of the file. */
export const load = (rules: readonly unknown[], more: object = {}) =>
  loadRuleSet({ rules, ...more }, hashText);

/** The problems of some rules; empty when they load. Throws any other error. */
export const problemsOf = (rules: readonly unknown[], more: object = {}) => {
  try {
    load(rules, more);
  } catch (error) {
    if (error instanceof RuleSetError) return error.problems;
    throw error;
  }
  return [];
};
