import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../domain/facts/catalogue.js';
import { loadRuleSet } from '../../../domain/rules/load-rule-set.js';
import { RuleSetError } from '../../../domain/rules/rule-set-error.js';
import { defaultRuleSet, hashText } from '../../support/rules.js';

const rule = (overrides: object = {}, ruleCase: object = {}) => ({
  id: 'T01',
  name: 'A test rule',
  cases: [
    { when: 'tx.orderTotal > 100', points: 10, reason: 'It is {tx.orderTotal}.', ...ruleCase },
  ],
  ...overrides,
});

const load = (...rules: unknown[]) => loadRuleSet({ rules }, hashText);

const problemsOf = (...rules: unknown[]): string[] => {
  try {
    load(...rules);
  } catch (error) {
    if (error instanceof RuleSetError) {
      return error.problems.map((problem) => `${problem.rule}: ${problem.message}`);
    }
    throw error;
  }
  return [];
};

const facts = (orderTotal: number): Facts => ({
  tx: { orderTotal, source: 'web', banner: 's5a', sumMismatch: false },
});

describe('a rule set is refused', () => {
  const many = Array.from({ length: 201 }, (_, index) => `'c${index}'`).join(', ');
  it.each([
    ['an unknown fact', 'tx.orderTotl > 1', 'unknown fact tx.orderTotl'],
    ['an unknown group', 'history.orders > 1', 'unknown fact history.orders'],
    ['an inherited property', 'tx.constructor == tx.constructor', 'unknown fact tx.constructor'],
    ['a variable', 'amount > 1', 'Unknown variable: amount'],
    ['a wrong type', "tx.orderTotal > 'a'", 'no such overload: double > string'],
    ['a number', 'tx.orderTotal', 'must be a bool, not double'],
    ['a text', 'tx.source', 'must be a bool, not string'],
    ['a regular expression', "tx.source.matches('^(a+)+$')", 'matches() is not allowed'],
    ['its function form', "matches(tx.source, 'a')", 'matches() is not allowed'],
    ['a macro', '[1.0, 2.0].all(x, x > 1.0)', 'all() is not allowed'],
    ['a nested macro', '[1].exists(x, [2].all(y, x < y))', 'all() is not allowed'],
    ['a binding', 'cel.bind(x, 1, x > 0)', 'bind() is not allowed'],
    ['dyn', "dyn(tx.source) == 'a'", 'dyn() is not allowed'],
    ['an index', "tx['source'] == 'a'", '[] is not allowed'],
    ['a map', "{'a': 1}.a == 1", 'map is not allowed'],
    ['a list of conditions', 'tx.sumMismatch in [tx.orderTotal > 1]', 'a list may hold literals'],
    ['a code that is never', "avs.zip == 'no-match'", "avs.zip is never 'no-match'"],
    ['a code list that is never', "customer.type in ['vip']", "customer.type is never 'vip'"],
    ['a code, reversed', "'x' != avs.zip", "avs.zip is never 'x'"],
    ['bad syntax', 'tx.orderTotal >', 'Unexpected token: EOF'],
    ['too many nodes', Array(150).fill('1>0').join('||'), 'Exceeded maxAstNodes'],
    ['too long a list', `tx.source in [${many}]`, 'Exceeded maxListElements'],
    ['too deep nesting', `${'('.repeat(60)}tx.sumMismatch${')'.repeat(60)}`, 'Exceeded maxDepth'],
  ])('for %s', (_, when, problem) => {
    expect(problemsOf(rule({}, { when })).join('\n')).toContain(`T01: cases.0 ${problem}`);
  });

  it.each([
    ['an unknown field', rule({ severity: 3 }), 'T01: Unrecognized key: "severity"'],
    ['no cases', rule({ cases: [] }), 'T01: cases'],
    ['a name with ;', rule({ name: 'a;b' }), 'T01: name'],
    ['a name with a line break', rule({ name: 'a\nb' }), 'T01: name'],
    ['a name of 41 characters', rule({ name: 'x'.repeat(41) }), 'T01: name'],
    ['a blank name', rule({ name: ' ' }), 'T01: name'],
    ['an id with :', rule({ id: 'R:1' }), 'R:1: id'],
    ['broken points', rule({}, { points: 1.5 }), 'T01: cases.0.points'],
    ['points of a text fact', rule({}, { points: 'tx.source' }), 'T01: cases.0 points'],
    ['points of no fact', rule({}, { points: 'tx.nothing' }), 'T01: cases.0 points'],
    ['an unknown hardness', rule({}, { hard: 'accept' }), 'T01: cases.0.hard'],
    ['a reason with no fact', rule({}, { reason: '{tx.nothing}' }), 'unknown fact tx.nothing'],
    ['a reason with an open brace', rule({}, { reason: 'a { b' }), 'come in pairs'],
    ['something that is no rule', 'R01', 'rule 1: '],
  ])('for %s', (_, raw, problem) => {
    expect(problemsOf(raw).join('\n')).toContain(problem);
  });

  it('naming every problem of every rule at once', () => {
    const problems = problemsOf(
      rule({ id: 'A1' }, { when: 'tx.a > 1 && tx.b > 1' }),
      rule({ id: 'A2', colour: 'red' }),
      rule({ id: 'A3' }, { when: 'tx.orderTotal', reason: '{x.y}' }),
      rule({ id: 'A4' }),
      rule({ id: 'A4' }),
    );
    expect(problems.map((problem) => problem.slice(0, 2)).toSorted()).toEqual([
      'A1',
      'A1',
      'A2',
      'A3',
      'A3',
      'A4',
    ]);
  });

  it('when the file is no rule set at all', () => {
    for (const raw of [null, [], {}, { rules: [] }, { rules: [rule()], extra: 1 }]) {
      expect(() => loadRuleSet(raw, hashText)).toThrow(RuleSetError);
    }
  });

  it('also for a disabled rule, which somebody may enable', () => {
    expect(problemsOf(rule({ enabled: false }, { when: 'tx.no > 1' }))).toHaveLength(1);
  });
});

describe('a rule', () => {
  it('counts its hardest case with the most points, and never adds its cases up', () => {
    const cases = [
      { when: 'tx.orderTotal > 100', points: 5, reason: 'low' },
      { when: 'tx.orderTotal > 100', points: 20, reason: 'high' },
      { when: 'tx.orderTotal > 100', points: 20, reason: 'as high' },
      { when: 'tx.orderTotal > 500', hard: 'review', reason: 'hard' },
      { when: 'tx.orderTotal > 900', hard: 'reject', points: 1, reason: 'harder' },
    ];
    const hits = (total: number) => load(rule({ cases })).evaluate(facts(total)).hits;
    expect(hits(100)).toEqual([]);
    expect(hits(101)).toMatchObject([{ points: 20, reason: 'high' }]);
    expect(hits(501)).toMatchObject([{ points: 0, hard: 'review' }]);
    expect(hits(901)).toMatchObject([{ points: 1, hard: 'reject' }]);
  });

  it('renders the values it used', () => {
    const raw = rule({}, { reason: '{tx.orderTotal}, {tx.source}, {tx.sumMismatch}, {avs.zip}.' });
    expect(load(raw).evaluate(facts(187.123456)).hits[0]?.reason).toBe('187.1235, web, no, none.');
  });

  it('takes its points from a fact', () => {
    expect(load(rule({}, { points: 'tx.orderTotal' })).evaluate(facts(150)).hits[0]?.points).toBe(
      150,
    );
  });

  it('is silent when it is disabled', () => {
    const ruleSet = load(rule({ enabled: false }), rule({ id: 'T02' }));
    expect(ruleSet.evaluate(facts(500)).hits.map((hit) => hit.id)).toEqual(['T02']);
  });

  it('is errored, not silent, when a condition fails or its facts are missing', () => {
    const ruleSet = load(
      rule({ id: 'A1' }, { when: 'tx.orderTotal > 1 / 0' }),
      rule({ id: 'A2' }, { when: "avs.zip == 'match'" }),
      rule({ id: 'A3' }),
    );
    const { hits, erroredRules } = ruleSet.evaluate(facts(500));
    expect(hits.map((hit) => hit.id)).toEqual(['A3']);
    expect(erroredRules).toEqual([
      { id: 'A1', name: 'A test rule', message: 'division by zero' },
      { id: 'A2', name: 'A test rule', message: 'Unknown variable: avs' },
    ]);
  });

  it('keeps the hit of one case when another one is errored', () => {
    const cases = [
      { when: '1 / 0 > 1', points: 5, reason: 'never' },
      { when: 'tx.orderTotal > 1', points: 7, reason: 'held' },
    ];
    const { hits, erroredRules } = load(rule({ cases })).evaluate(facts(500));
    expect(hits).toMatchObject([{ points: 7 }]);
    expect(erroredRules).toHaveLength(1);
  });
});

const reversed = (object: object) => Object.fromEntries(Object.entries(object).toReversed());

describe('the hash of a rule set', () => {
  it('is the same for the same rules in another layout', () => {
    const { cases, ...rest } = rule({ enabled: true });
    expect(load({ cases: cases.map(reversed), ...reversed(rest) }).hash).toBe(load(rule()).hash);
  });

  it.each([
    rule({ id: 'T02' }),
    rule({ name: 'Other' }),
    rule({ enabled: false }),
    rule({}, { when: 'tx.orderTotal > 101' }),
    rule({}, { points: 11 }),
    rule({}, { hard: 'review' }),
    rule({}, { reason: 'Other.' }),
  ])('changes with %j', (changed) => {
    expect(load(changed).hash).not.toBe(load(rule()).hash);
  });
});

describe('the shipped rules', () => {
  it('load, with the ids of the catalogue that need no history', () => {
    const numbers = [...Array(44).keys()].map((index) => index + 1);
    const later = new Set([15, 26, 27, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
    const ids = numbers.filter((n) => !later.has(n)).map((n) => `R${String(n).padStart(2, '0')}`);
    expect(defaultRuleSet().rules.map(({ id }) => id)).toEqual(ids);
  });
});
