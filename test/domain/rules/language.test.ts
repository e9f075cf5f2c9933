import { Environment } from '@marcbachmann/cel-js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Facts, factGroups } from '../../../domain/facts/catalogue.js';
import { ConditionFault } from '../../../domain/rules/condition-fault.js';
import { compileCondition } from '../../../domain/rules/rule-language.js';
import { anyCondition, anyFacts } from './condition-arbitrary.js';

const groups = Object.entries(factGroups).map(([group, { specs }]) => ({
  group,
  fields: Object.fromEntries(Object.entries(specs).map(([name, { type }]) => [name, type])),
  ctor: class extends Object {
    constructor(values: object) {
      super();
      Object.assign(this, values);
    }
  },
}));

/** The library's own evaluation, which the language is compared with. */
const reference = groups.reduce(
  (language, { group, fields, ctor }) =>
    language.registerType(group, { ctor, fields }).registerVariable(group, group),
  new Environment(),
);

const variablesOf = (facts: Facts) =>
  Object.fromEntries(
    groups.flatMap(({ group, ctor }) => {
      const values = facts[group];
      return values === undefined ? [] : [[group, new ctor(values)] as const];
    }),
  );

const outcomeOf = (evaluate: () => unknown): unknown => {
  try {
    return evaluate();
  } catch {
    return 'cannot be evaluated';
  }
};

const both = (when: string, facts: Facts) => {
  const { problems, holds } = compileCondition(when);
  expect(problems).toEqual([]);
  return [
    outcomeOf(() => holds(facts)),
    outcomeOf(() => reference.evaluate(when, variablesOf(facts))),
  ];
};

describe('a condition', () => {
  it("means what cel-js's own evaluation says, with whatever facts are missing", () => {
    let [evaluated, failed] = [0, 0];
    fc.assert(
      fc.property(anyCondition, anyFacts, (when, facts) => {
        fc.pre(compileCondition(when).problems.length === 0);
        const [own, theirs] = both(when, facts);
        evaluated += 1;
        if (typeof own !== 'boolean') failed += 1;
        expect(own).toBe(theirs);
      }),
      { numRuns: 3000, maxSkipsPerRun: 20 },
    );
    // The property proves little unless both results are common.
    expect(evaluated).toBeGreaterThanOrEqual(3000);
    expect(failed).toBeGreaterThan(100);
  });

  const facts: Facts = { tx: { orderTotal: 10, sumMismatch: true } };
  it.each([
    ['tx.sumMismatch || avs.nameMismatch', true],
    ['avs.nameMismatch || tx.sumMismatch', true],
    ['!tx.sumMismatch && avs.nameMismatch', false],
    ['avs.nameMismatch && !tx.sumMismatch', false],
    ['tx.sumMismatch && avs.nameMismatch', 'cannot be evaluated'],
    ['avs.nameMismatch && tx.sumMismatch', 'cannot be evaluated'],
    ['avs.nameMismatch || !tx.sumMismatch', 'cannot be evaluated'],
    ['!tx.sumMismatch || avs.nameMismatch', 'cannot be evaluated'],
    ['avs.nameMismatch && card.luhnValid', 'cannot be evaluated'],
    ['tx.sumMismatch ? true : avs.nameMismatch', true],
    ['avs.nameMismatch ? true : true', 'cannot be evaluated'],
    ['avs.nameMismatch == avs.nameMismatch', 'cannot be evaluated'],
    ["avs.zip in ['match'] || avs.zip in ['no_match']", 'cannot be evaluated'],
    ['(avs.nameMismatch || tx.sumMismatch) && tx.orderTotal > 5', true],
  ])('%s is %s: a fact without a value counts only where it decides', (when, outcome) => {
    expect(both(when, facts)).toEqual([outcome, outcome]);
  });

  it('names the fact that has no value', () => {
    expect(() => compileCondition('avs.nameMismatch').holds(facts)).toThrow(ConditionFault);
    expect(() => compileCondition('avs.nameMismatch').holds(facts)).toThrow(
      'the fact avs.nameMismatch has no value',
    );
  });

  it.each([
    ['tx.orderTotal / 0.0 > 1e300', true],
    ['0.0 / 0.0 == 0.0 / 0.0', false],
    ['-(-5) > 4', true],
    ['tx.orderTotal in [10.0, -10.0]', true],
    ['-tx.orderTotal in [-10.0]', true],
    ["'a' + \"b\" == r'ab'", true],
    ["'É' < 'a'", false],
    ['false < true', true],
    ['tx.sumMismatch in []', false],
    ['tx.sumMismatch in [true]', true],
    ['(tx.sumMismatch ? 3 : 2) == 3', true],
    ['tx.orderTotal\n  > 5 // of course', true],
  ])('%s is %s', (when, outcome) => {
    expect(both(when, facts)).toEqual([outcome, outcome]);
  });
});

describe('a list', () => {
  const facts: Facts = { list: { 'vip:email': true, 'eu:shipping.country': false } };

  it.each([
    ['subject.email in list("vip")', true, { list: 'vip', subject: 'email' }],
    ["!(subject.email in list('vip'))", false, { list: 'vip', subject: 'email' }],
    ['shipping.country in list("eu")', false, { list: 'eu', subject: 'shipping.country' }],
  ])('is asked by %s', (when, outcome, read) => {
    const condition = compileCondition(when);
    expect(condition.problems).toEqual([]);
    expect(condition.lists).toEqual([read]);
    expect(condition.holds(facts)).toBe(outcome);
  });

  it('that was not looked up is no empty list', () => {
    expect(() => compileCondition('subject.card in list("vip")').holds(facts)).toThrow(
      'the fact list.vip:card has no value',
    );
  });

  const misplaced = 'list("name") stands on the right of in only';
  const notAlone = 'subject.email can only be asked with in list("...")';
  const unnamed = 'only a subject or a text fact can be in list("...")';
  it.each([
    ['true && subject.email', 'subject.email', notAlone],
    ["subject.email == 'a@example.com'", 'subject.email', notAlone],
    ["subject.email in ['a@example.com']", 'subject.email', notAlone],
    ['tx.sumMismatch && subject.mail in list("vip")', 'subject.mail', 'unknown subject'],
    ['tx.sumMismatch && shipping.land in list("eu")', 'shipping.land', 'unknown fact'],
    ['!("x" in list("vip"))', '"x" in list("vip")', unnamed],
    ['(tx.sumMismatch ? tx.source : "a") in list("vip")', '*', unnamed],
    ['tx.orderTotal in list("vip") || true', 'tx.orderTotal in list("vip")', 'holds no numbers'],
    ['tx.source in list(tx.source)', 'list(tx.source)', 'list() takes the name of a list'],
    ['tx.source in list()', 'list()', 'list() takes the name of a list'],
    ['tx.source in list("A b")', 'list("A b")', "'A b' is no name of a list"],
    ['tx.source in list("")', 'list("")', "'' is no name of a list"],
    ['list("vip") == list("vip")', 'list("vip")', misplaced],
    ['list("vip") in list("vip")', '*', unnamed],
    ['tx.source in list("a", "b")', 'list("a", "b")', 'list() takes the name of a list'],
  ])('is refused in %s, with its place', (when, part, message) => {
    const [problem] = compileCondition(when).problems;
    expect(problem?.message).toContain(message);
    expect(when.slice(problem?.start, problem?.end)).toBe(part === '*' ? when : part);
  });
});
