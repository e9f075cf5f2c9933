import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../domain/facts/catalogue.js';
import { ConditionFault } from '../../../domain/rules/condition-fault.js';
import { explainCondition } from '../../../domain/rules/explain-condition.js';
import { compileCondition } from '../../../domain/rules/rule-language.js';
import { anyCondition, anyFacts } from './condition-arbitrary.js';

const facts: Facts = {
  tx: { orderTotal: 120, sumMismatch: false, source: 'web' },
  list: { 'vip:email': true },
};

const stepsOf = (when: string) =>
  explainCondition(when, facts).steps.map(({ expression, value, fault }) => [
    expression,
    value ?? fault,
  ]);

/** Undefined when it cannot be evaluated. */
const outcomeOf = (holds: () => boolean): boolean | undefined => {
  try {
    return holds();
  } catch (error) {
    if (error instanceof ConditionFault) return undefined;
    throw error;
  }
};

describe('a condition explained', () => {
  it('returns each part with its value in reading order, the whole first', () => {
    expect(stepsOf("(tx.orderTotal + 30.0) * 2.0 > 250 && !(tx.source in ['store'])")).toEqual([
      ["(tx.orderTotal + 30.0) * 2.0 > 250 && !(tx.source in ['store'])", true],
      ['(tx.orderTotal + 30.0) * 2.0 > 250', true],
      ['(tx.orderTotal + 30.0) * 2.0', 300],
      ['tx.orderTotal + 30.0', 150],
      ['tx.orderTotal', 120],
      ["!(tx.source in ['store'])", true],
      ["tx.source in ['store']", false],
      ['tx.source', 'web'],
    ]);
  });

  it('returns parts that an evaluation skips, and why a part has no value', () => {
    const explained = explainCondition("tx.sumMismatch && avs.zip == 'match'", facts);
    expect(explained.holds).toBe(false);
    expect(explained.steps.slice(2)).toMatchObject([
      { expression: "avs.zip == 'match'", fault: 'the fact avs.zip has no value' },
      { expression: 'avs.zip', start: 18, end: 25, fault: 'the fact avs.zip has no value' },
    ]);
    expect(explained.facts).toEqual({ 'tx.sumMismatch': false, 'avs.zip': null });
  });

  it('gives no result for a condition whose evaluation failed', () => {
    const explained = explainCondition('!tx.sumMismatch && avs.nameMismatch', facts);
    expect(explained).not.toHaveProperty('holds');
    expect(explained.steps[0]?.fault).toBe('the fact avs.nameMismatch has no value');
  });

  it('returns a list lookup as one part, with the fact that answers it', () => {
    const explained = explainCondition('subject.email in list("vip")', facts);
    expect(explained.steps).toEqual([
      { expression: 'subject.email in list("vip")', start: 0, end: 28, value: true },
    ]);
    expect(explained.facts).toEqual({ 'list.vip:email': true });
  });

  it('has a word for what JSON cannot say', () => {
    expect(stepsOf('tx.orderTotal / 0.0 > 1.0')[1]).toEqual(['tx.orderTotal / 0.0', 'Infinity']);
  });

  it('is refused like the condition itself', () => {
    expect(() => explainCondition('tx.nothing > 1', facts)).toThrow(ConditionFault);
  });

  it('agrees with the evaluation of every condition, and so does each part alone', () => {
    fc.assert(
      fc.property(anyCondition, anyFacts, (when, some) => {
        const { problems, holds } = compileCondition(when);
        fc.pre(problems.length === 0);
        const explained = explainCondition(when, some);
        expect(explained.holds).toBe(outcomeOf(() => holds(some)));
        for (const { expression, start, end, value } of explained.steps) {
          expect(when.slice(start, end)).toBe(expression);
          if (typeof value !== 'boolean') continue;
          expect(compileCondition(expression).holds(some)).toBe(value);
        }
      }),
      { numRuns: 500 },
    );
  });
});
