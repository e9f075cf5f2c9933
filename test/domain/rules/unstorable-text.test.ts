import { describe, expect, it } from 'vitest';
import { readRuleText } from '../../../services/rule-sets/read-text.js';
import { exampleRule as rule, problemsOf } from './example-source.js';

const unstorable = [
  ['NUL', 'a\u0000b'],
  ['half of a character', 'a\ud800b'],
] as const;

const badText = 'must be well-formed text without NUL';

describe('a text of a rule that no table can hold', () => {
  it.each(unstorable)('is refused in its reason, its name and its condition: %s', (_, text) => {
    const messagesOf = (...given: Parameters<typeof rule>) =>
      problemsOf([rule(...given)]).map(({ message }) => message);
    expect(messagesOf({}, { reason: text })).toEqual([`cases.0.reason ${badText}`]);
    expect(messagesOf({}, { when: `tx.source == '${text}'` })).toEqual([`cases.0.when ${badText}`]);
    expect(messagesOf({ name: text }).at(-1)).toBe(`name ${badText}`);
  });

  it.each(unstorable)("is refused in a banner's own cases: %s", (_, reason) => {
    const cases = [{ when: 'auth.approved', reason }];
    const problems = problemsOf([rule()], { banners: { bay: { rules: { T01: { cases } } } } });
    expect(problems.map(({ message }) => message)).toEqual([
      `banners.bay.rules.T01.cases.0.reason ${badText}`,
    ]);
  });

  it('is reported with its place when the text of the set writes it as an escape', () => {
    const read = readRuleText(
      'rules:\n  - id: R1\n    name: one\n    cases:\n' +
        '      - when: auth.approved\n        reason: "a\\0b"\n',
    );
    expect(read).toEqual({
      listReads: [],
      problems: [{ rule: 'R1', message: `cases.0.reason ${badText}`, line: 6, column: 17 }],
    });
  });
});
