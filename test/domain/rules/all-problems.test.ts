import { describe, expect, it } from 'vitest';
import { readRuleText } from '../../../services/rule-sets/read-text.js';

const wrongThroughout = `bands: { reviewFrom: 80, rejectFrom: 40 }
unknownGroup: 1
rules:
  - id: R1
    name: Bad hardness
    cases:
      - when: tx.orderTotl > 1 && subject.email in list("gone")
        hard: stop
        reason: It is {tx.nothing}.
  - id: R1
    name: The same id
    mode: quiet
    cases:
      - when: tx.sumMismatch
        reason: a
  - id: R3
    name: Well, but for its list
    cases:
      - when: subject.email in list("lost")
        reason: a
banners:
  nowhere: {}
  s5a:
    rules:
      R1: { cases: [{ when: tx.amount > 1, reason: a }] }
      R9: { enabled: false }
`;

const read = readRuleText(wrongThroughout);

describe('a text that is wrong in every part', () => {
  it('is reported all at once', () => {
    const problems = 'problems' in read ? read.problems : [];
    const told = problems.map(({ line, rule, message }) => `${line} ${rule}: ${message}`);
    for (const part of [
      /^1 rule set: .*reviewFrom must not exceed rejectFrom/,
      /rule set: .*unknownGroup/,
      /^7 R1: cases\.0 unknown fact tx\.orderTotl/,
      /^8 R1: cases\.0\.hard/,
      /^9 R1: cases\.0 reason: unknown fact tx\.nothing/,
      /^10 R1: the id is used twice/,
      /^12 R1: mode/,
      /rule set: banners.*nowhere/,
      /R1: cases\.0 unknown fact tx\.amount/,
      /R9: s5a overrides a rule that is not there/,
    ]) {
      expect(
        told.filter((one) => part.test(one)),
        String(part),
      ).toHaveLength(1);
    }
    expect(told).toHaveLength(10);
  });

  it('still reports its list lookups, so that a missing list is in the same answer', () => {
    const asked = 'problems' in read ? read.listReads : [];
    expect(asked?.map(({ rule, list, line }) => [rule, list, line])).toEqual([
      ['R1', 'gone', 7],
      ['R3', 'lost', 19],
    ]);
  });
});

it.each(['rules: 7', 'banners: []', '- 1', 'null', 'rules: [{ cases: 7 }]', 'banners: { s5a: 1 }'])(
  'a text of another shape (%s) is refused by its problems',
  (text) => {
    const answer = readRuleText(text);
    expect('problems' in answer && answer.problems[0]?.message).not.toBe('cannot be read');
  },
);
