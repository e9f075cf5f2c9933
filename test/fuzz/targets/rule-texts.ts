import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { noHistory } from '../../../domain/history.js';
import { noLookups } from '../../../domain/lookups.js';
import { doubtsOf, readText } from '../../../domain/rule-text/read.js';
import { findCardNumbers } from '../../../services/rule-sets/check.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { anyCondition } from '../../domain/rules/condition-arbitrary.js';
import { exampleSettings, hashText } from '../../support/rules.js';
import { exampleReceivedAtMs, exampleTransaction } from '../../support/transactions.js';
import { withEdits } from '../odd-json.js';
import { claim } from '../claims.js';
import { inProcess } from '../target.js';
import { withPieces } from '../wire-text.js';

const shipped = parse(readFileSync('rules/default.yaml', 'utf8')) as {
  readonly rules: readonly { readonly cases: readonly object[] }[];
};

const rule = fc
  .tuple(fc.constantFrom(...shipped.rules), anyCondition, fc.nat(3))
  .map(([one, when, choice]) =>
    choice === 0 ? one : { ...one, cases: [{ ...one.cases[0], when }] },
  );

const ruleSets = fc
  .array(rule, { minLength: 1, maxLength: 3 })
  .map((rules) => ({ ...shipped, rules }));

const yamlText = withEdits(ruleSets, 3).map((value) =>
  stringify(value, { aliasDuplicateObjects: false }),
);

const context = {
  settings: exampleSettings(),
  receivedAtMs: exampleReceivedAtMs,
  lookups: noLookups,
  history: noHistory,
  listings: [],
  evidence: [],
};
const transaction = exampleTransaction();

/** A second is what a text may take in all; the API reads it in a thread of its own. */
const readMaxMs = 1_000;

/** Rule texts: refused with problems that have places, or a rule set that can judge an order. */
export const ruleTexts = inProcess<string>('rule-texts', 0.3, () => ({
  cases: fc.oneof(yamlText, withPieces(yamlText, 4)),
  check: (text) => {
    const from = process.cpuUsage();
    const read = readText(text, hashText);
    findCardNumbers(text);
    doubtsOf(text);
    const { user, system } = process.cpuUsage(from);
    claim((user + system) / 1000 < readMaxMs, 'takes longer than a second to read');
    if ('problems' in read) {
      claim(read.problems.length > 0, 'is refused without a problem');
      return 'refused';
    }
    const { totalScore } = scoreTransaction(read.ruleSet, transaction, context);
    claim(Number.isSafeInteger(totalScore), `the score is ${totalScore}`);
    return 'read';
  },
}));
