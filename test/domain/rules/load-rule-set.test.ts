import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../domain/facts/catalogue.js';
import { loadRuleSet } from '../../../domain/rules/load-rule-set.js';
import { RuleSetError } from '../../../domain/rules/rule-set-error.js';
import { defaultRuleSet, hashText } from '../../support/rules.js';
import { exampleRule as rule, load, problemsOf } from './example-source.js';

const messagesOf = (...rules: unknown[]): string[] =>
  problemsOf(rules).map((problem) => `${problem.rule}: ${problem.message}`);

const evaluate = (rules: readonly unknown[], facts: Facts) => load(rules).of('s5a').evaluate(facts);

const facts = (orderTotal: number): Facts => ({
  tx: { orderTotal, source: 'web', banner: 's5a', sumMismatch: false },
});

describe('a rule set is refused', () => {
  const many = Array.from({ length: 201 }, (_, index) => `'c${index}'`).join(', ');
  it.each([
    ['an unknown fact', 'tx.orderTotl > 1', 'unknown fact tx.orderTotl'],
    ['an unknown group', 'nothing.orders > 1', 'unknown fact nothing.orders'],
    ['an inherited property', 'tx.constructor == tx.constructor', 'unknown fact tx.constructor'],
    ['an inherited group', 'constructor.name == 1', 'unknown fact constructor.name'],
    ['a variable', 'amount > 1', 'unknown name amount'],
    ['a whole group', 'tx == tx', 'tx alone has no value'],
    ['all subjects', 'subject in list("vip")', 'subject alone has no value'],
    ['the name of a type', 'int == int', 'unknown name int'],
    ['a wrong type', "tx.orderTotal > 'a'", 'both sides of > must be of one kind'],
    ['a number', 'tx.orderTotal', 'a condition is true or false, and this is a number'],
    ['a text', 'tx.source', 'a condition is true or false, and this is a text'],
    ['a regular expression', "tx.source.matches('^(a+)+$')", 'matches() is not allowed'],
    ['its function form', "matches(tx.source, 'a')", 'matches() is not allowed'],
    ['a macro', '[1.0, 2.0].all(x, x > 1.0)', 'all() is not allowed'],
    ['a nested macro', '[1].exists(x, [2].all(y, x < y))', 'exists() is not allowed'],
    ['a binding', 'cel.bind(x, 1, x > 0)', 'bind() is not allowed'],
    ['dyn', "dyn(tx.source) == 'a'", 'dyn() is not allowed'],
    ['an index', "tx['source'] == 'a'", '[] is not allowed'],
    ['a map', "{'a': 1}.a == 1", '{ } is not allowed'],
    ['a part of a fact', "tx.source.first == 'a'", 'only facts are read with a dot'],
    ['a list of conditions', 'tx.sumMismatch in [tx.orderTotal > 1]', 'a list holds only'],
    ['a list of a fact', 'tx.orderTotal in [-(tx.orderTotal)]', 'a list holds only'],
    ['bytes', "b'a' == b'a'", 'only numbers, texts, true and false'],
    ['null', 'null == null', 'there is no null'],
    ['whole numbers in arithmetic', '7 / 2 == 3', 'write 5.0 instead of 5 for arithmetic'],
    [
      'whole numbers in arithmetic, behind a choice',
      '(tx.sumMismatch ? 7 : 2) / (tx.sumMismatch ? 2 : 2) == 3',
      'write 5.0 instead of 5 for arithmetic',
    ],
    [
      'a number that is not exact',
      '9007199254740993 > tx.orderTotal',
      'a whole number may have 15 digits',
    ],
    ['a number without end', 'tx.orderTotal < 1e999', 'cannot be read as a number'],
    ['a code that is never', "avs.zip == 'no-match'", "avs.zip is never 'no-match'"],
    ['a code list that is never', "customer.type in ['vip']", "customer.type is never 'vip'"],
    ['a code, reversed', "'x' != avs.zip", "avs.zip is never 'x'"],
    ['bad syntax', 'tx.orderTotal >', 'the condition ends behind >'],
    ['too many nodes', Array(150).fill('1>0').join('||'), 'the condition has more than 300 parts'],
    ['too long a list', `tx.source in [${many}]`, 'a list written out may have 200'],
    [
      'too deep nesting',
      `${'('.repeat(60)}tx.sumMismatch${')'.repeat(60)}`,
      'the condition is nested',
    ],
  ])('for %s', (_, when, problem) => {
    expect(messagesOf(rule({}, { when })).join('\n')).toContain(`T01: cases.0 ${problem}`);
  });

  it.each([
    ['an unknown field', rule({ severity: 3 }), 'T01: has the unknown field "severity"'],
    ['no cases', rule({ cases: [] }), 'T01: cases'],
    ['a name with ;', rule({ name: 'a;b' }), 'T01: name'],
    ['a name with a line break', rule({ name: 'a\nb' }), 'T01: name'],
    ['a name of 41 characters', rule({ name: 'x'.repeat(41) }), 'T01: name'],
    ['a blank name', rule({ name: ' ' }), 'T01: name'],
    ['an id with :', rule({ id: 'R:1' }), 'R:1: id'],
    ['broken points', rule({}, { points: 1.5 }), 'T01: cases.0.points'],
    ['points of a text fact', rule({}, { points: 'tx.source' }), 'T01: cases.0 points'],
    ['points of no fact', rule({}, { points: 'tx.nothing' }), 'T01: cases.0 points'],
    ['an unknown hardness', rule({}, { hard: 'stop' }), 'T01: cases.0.hard'],
    ['an unknown mode', rule({ mode: 'quiet' }), 'T01: mode'],
    ['a share above all', rule({ rollout: { percent: 101 } }), 'T01: rollout.percent'],
    ['a share by what is no subject', rule({ rollout: { percent: 1, by: 'name' } }), 'rollout.by'],
    ['a reason with no fact', rule({}, { reason: '{tx.nothing}' }), 'unknown fact tx.nothing'],
    ['a reason with an open brace', rule({}, { reason: 'a { b' }), 'come in pairs'],
    ['something that is no rule', 'R01', 'rule 1: '],
  ])('for %s', (_, raw, problem) => {
    expect(messagesOf(raw).join('\n')).toContain(problem);
  });

  it.each([
    ['a rule that is not there', { rules: { T99: {} } }, ['banners', 'bay', 'rules', 'T99']],
    [
      'a condition that is wrong',
      { rules: { T01: { cases: [{ when: 'tx.no > 1', reason: 'x' }] } } },
      ['banners', 'bay', 'rules', 'T01', 'cases', 0, 'when'],
    ],
    ['a field that may not differ', { rules: { T01: { name: 'x' } } }, ['banners', 'bay', 'rules']],
    ['bands upside down', { bands: { reviewFrom: 9, rejectFrom: 1 } }, ['banners', 'bay', 'bands']],
  ])('for an override of %s', (_, bay, path) => {
    const problems = problemsOf([rule()], { banners: { bay } });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path.slice(0, path.length)).toEqual(path);
  });

  it('for a banner that is none', () => {
    expect(problemsOf([rule()], { banners: { shop: {} } })).toHaveLength(1);
  });

  it('naming every problem of every rule at once', () => {
    const problems = messagesOf(
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

  it('saying where: the path in the document, and the part of the condition', () => {
    const when = "tx.source == 'web' && (tx.a > 1 || (tx.orderTotal + 1) / 2 > 3)";
    const problems = problemsOf([rule(), rule({ id: 'T02' }, { when })]);
    expect(problems[0]?.path).toEqual(['rules', 1, 'cases', 0, 'when']);
    expect(problems.map(({ span }) => when.slice(span?.start, span?.end))).toEqual([
      'tx.a',
      '(tx.orderTotal + 1) / 2',
      'tx.orderTotal + 1',
    ]);
  });

  it('when the file is no rule set at all', () => {
    for (const raw of [null, [], {}, { rules: [] }, { rules: [rule()], extra: 1 }]) {
      expect(() => loadRuleSet(raw, hashText)).toThrow(RuleSetError);
    }
  });

  it('also for a disabled rule, which somebody may enable', () => {
    expect(messagesOf(rule({ enabled: false }, { when: 'tx.no > 1' }))).toHaveLength(1);
  });
});

describe('a rule', () => {
  it('counts its hardest case with the most points, and never adds its cases up', () => {
    const cases = [
      { when: 'tx.orderTotal > 100', points: 5, reason: 'low' },
      { when: 'tx.orderTotal > 100', points: 20, reason: 'high' },
      { when: 'tx.orderTotal > 100', points: 20, reason: 'as high' },
      { when: 'tx.orderTotal > 300', hard: 'accept', reason: 'soft' },
      { when: 'tx.orderTotal > 500', hard: 'review', reason: 'hard' },
      { when: 'tx.orderTotal > 900', hard: 'reject', points: 1, reason: 'harder' },
    ];
    const hits = (total: number) => evaluate([rule({ cases })], facts(total)).hits;
    expect(hits(100)).toEqual([]);
    expect(hits(101)).toMatchObject([{ points: 20, reason: 'high' }]);
    expect(hits(301)).toMatchObject([{ points: 0, hard: 'accept' }]);
    expect(hits(501)).toMatchObject([{ points: 0, hard: 'review' }]);
    expect(hits(901)).toMatchObject([{ points: 1, hard: 'reject' }]);
  });

  it('renders the values it used', () => {
    const raw = rule({}, { reason: '{tx.orderTotal}, {tx.source}, {tx.sumMismatch}, {avs.zip}.' });
    const [hit] = evaluate([raw], facts(187.123456)).hits;
    expect(hit?.reason).toBe('187.1235, web, no, none.');
  });

  it('names all facts that it read, with their values, and those of its list', () => {
    const when = 'tx.orderTotal > 100 && tx.source in list("odd")';
    const raw = rule({}, { when, reason: '{tx.banner}', points: 'tx.orderTotal' });
    const [hit] = evaluate([raw], { ...facts(150), list: { 'odd:tx.source': true } }).hits;
    expect(hit?.facts).toEqual({
      'tx.orderTotal': 150,
      'tx.source': 'web',
      'list.odd:tx.source': true,
      'tx.banner': 's5a',
    });
  });

  it('takes its points from a fact', () => {
    const [hit] = evaluate([rule({}, { points: 'tx.orderTotal' })], facts(150)).hits;
    expect(hit?.points).toBe(150);
  });

  it('does not trip when it is disabled', () => {
    const { hits } = evaluate([rule({ enabled: false }), rule({ id: 'T02' })], facts(500));
    expect(hits.map((hit) => hit.id)).toEqual(['T02']);
  });

  it('is errored when its facts are missing', () => {
    const rules = [
      rule({ id: 'A1' }, { when: "avs.zip == 'match'" }),
      rule({ id: 'A2' }, { points: 'auth.codePoints' }),
      rule({ id: 'A3' }, { when: 'subject.email in list("vip")' }),
      rule({ id: 'A4', rollout: { percent: 50 } }),
      rule({ id: 'A5' }),
    ];
    const { hits, erroredRules } = evaluate(rules, facts(500));
    expect(hits.map((hit) => hit.id)).toEqual(['A5']);
    expect(erroredRules).toEqual([
      { id: 'A1', name: 'A test rule', message: 'the fact avs.zip has no value' },
      { id: 'A2', name: 'A test rule', message: 'the fact auth.codePoints has no value' },
      { id: 'A3', name: 'A test rule', message: 'the fact list.vip:email has no value' },
      { id: 'A4', name: 'A test rule', message: 'the fact rollout.A4 has no value' },
    ]);
  });

  it('keeps the hit of one case when another one is errored', () => {
    const cases = [
      { when: "avs.zip == 'match'", points: 5, reason: 'never' },
      { when: 'tx.orderTotal > 1', points: 7, reason: 'held' },
    ];
    const { hits, erroredRules } = evaluate([rule({ cases })], facts(500));
    expect(hits).toMatchObject([{ points: 7 }]);
    expect(erroredRules).toHaveLength(1);
  });
});

const reversed = (object: object) => Object.fromEntries(Object.entries(object).toReversed());

describe('the hash of a rule set', () => {
  const hashOf = (raw: object, more: object = {}) => load([raw], more).hash;

  it('is the same for the same rules in another layout', () => {
    const { cases, ...rest } = rule({ enabled: true, mode: 'live' });
    expect(hashOf({ cases: cases.map(reversed), ...reversed(rest) })).toBe(hashOf(rule()));
    const banners = { bay: { rules: { T01: { mode: 'shadow' } } } };
    const other = { bay: { rules: { T01: reversed({ mode: 'shadow' }) } } };
    expect(hashOf(rule(), { banners })).toBe(hashOf(rule(), { banners: other }));
  });

  it.each([
    rule({ id: 'T02' }),
    rule({ name: 'Other' }),
    rule({ enabled: false }),
    rule({ mode: 'shadow' }),
    rule({ rollout: { percent: 50 } }),
    rule({ rollout: { percent: 50, by: 'email' } }),
    rule({}, { when: 'tx.orderTotal > 101' }),
    rule({}, { points: 11 }),
    rule({}, { hard: 'review' }),
    rule({}, { hard: 'accept' }),
    rule({}, { reason: 'Other.' }),
  ])('changes with %j', (changed) => {
    expect(hashOf(changed)).not.toBe(hashOf(rule()));
  });

  it('changes with each of the bands and overrides, no two alike', () => {
    const bands = { reviewFrom: 1, rejectFrom: 2 };
    const hashes = [
      {},
      { bands },
      { bands: { ...bands, rejectFrom: 3 } },
      { banners: { bay: { bands } } },
      { banners: { lat: { bands } } },
      { banners: { bay: { rules: { T01: { enabled: false } } } } },
      { banners: { bay: { rules: { T01: { mode: 'shadow' } } } } },
      { banners: { bay: { rules: { T01: { rollout: { percent: 5 } } } } } },
      { banners: { bay: { rules: { T01: { cases: rule({}, { points: 1 }).cases } } } } },
    ].map((more) => hashOf(rule(), more));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('the shipped rules', () => {
  it('load, numbered without a gap, and the time of day, which is off', () => {
    const { rules } = defaultRuleSet();
    const numbered = Array.from(
      { length: rules.length - 1 },
      (_, index) => `R${String(index + 1).padStart(2, '0')}`,
    );
    expect(rules.map(({ id }) => id)).toEqual([...numbered, 'TOD']);
    expect(rules.filter(({ enabled }) => !enabled).map(({ id }) => id)).toEqual(['TOD']);
  });
});
