import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { factGroups } from '../../../domain/facts/catalogue.js';
import { ConditionFault } from '../../../domain/rules/condition-fault.js';
import { loadRuleSet } from '../../../domain/rules/load-rule-set.js';
import type { RuleSet } from '../../../domain/rules/rule-set.js';
import { RuleSetError } from '../../../domain/rules/rule-set-error.js';
import { compileCondition } from '../../../domain/rules/rule-language.js';
import { hashText } from '../../support/rules.js';
import { anyCondition, anyFacts } from './condition-arbitrary.js';
import { exampleRule } from './example-source.js';

/** Processor time, far more than any text of these lengths takes. */
const boundMs = 1000;

/** Fails when the work takes longer than the bound. Returns its result. */
const inTime = <T>(work: () => T): T => {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(boundMs);
  return result;
};

/** Sets of facts, complete and incomplete, on which every condition must end. */
const samples = fc.sample(anyFacts, { numRuns: 4, seed: 7 });

const banners = ['lat', 's5a', 'o5a', 'bay'] as const;

const expectBounded = (when: string): boolean => {
  const { problems, holds } = inTime(() => compileCondition(when));
  for (const { start, end, message } of problems) {
    expect(message).not.toBe('');
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(when.length);
  }
  if (problems.length > 0) return false;
  for (const facts of [{}, ...samples]) {
    inTime(() => {
      try {
        expect(typeof holds(facts)).toBe('boolean');
      } catch (error) {
        expect(error).toBeInstanceOf(ConditionFault);
      }
    });
  }
  return true;
};

const evaluateAll = (ruleSet: RuleSet): void => {
  for (const banner of banners) {
    for (const facts of samples) {
      const { hits, erroredRules } = ruleSet.of(banner).evaluate(facts);
      const shadow = ruleSet.of(banner).evaluateShadow(facts);
      for (const { points } of [...hits, ...shadow.hits])
        expect(Number.isInteger(points)).toBe(true);
      for (const { message } of erroredRules) expect(message).toMatch(/has no value$/);
    }
  }
};

/** True when the document was accepted as a rule set. */
const expectBoundedSet = (raw: unknown): boolean => {
  const ruleSet = inTime(() => {
    try {
      return loadRuleSet(raw, hashText);
    } catch (error) {
      expect(error).toBeInstanceOf(RuleSetError);
      expect((error as RuleSetError).problems.length).toBeGreaterThan(0);
      return undefined;
    }
  });
  if (ruleSet !== undefined) inTime(() => evaluateAll(ruleSet));
  return ruleSet !== undefined;
};

const repeated = (text: string, times: number): string => Array(times).fill(text).join('');

const nasty: readonly string[] = [
  ...['', ' ', '\0', '\u{feff}', '\u{202e}tx.sumMismatch', '\ud800', "'\\ud800'", '"\\u{110000}"'],
  ...['(', ')', '((', '[', ']', '{', '}', '"', "'", '"""', "'''", 'r"', 'b"', '//', '/*', '\\'],
  ...[
    '.',
    '..',
    '.a',
    'a.',
    'a..b',
    '?',
    '? :',
    'a ? b',
    '&&',
    '||',
    '!',
    '-',
    '--1 > 0',
    '!!true',
  ],
  ...['1e', '1e+', '0x', '0xg', '0x1p3', '1_000', '1.', '.5 > 0.1', '1u', '01', '1e308 > 0.0'],
  ...[repeated('9', 400), `${repeated('9', 400)} > 1`, `1e${repeated('9', 400)} > 1.0`],
  ...[`0.${repeated('0', 900)}1 > 0.0`, `-${repeated('9', 19)} < 0`, '9223372036854775807 > 0'],
  ...[repeated('(', 1000), repeated('[', 1000), repeated('!', 1000), repeated('-', 1000)],
  ...[`${repeated('(', 900)}true${repeated(')', 900)}`, repeated('!(', 600), repeated('a.', 900)],
  ...[repeated('true && ', 200), `${repeated('true || ', 149)}true`, repeated('a?b:', 400)],
  ...[`${repeated('true ? true : ', 90)}false`, `${repeated('(true ? ', 40)}true`],
  ...[`tx.source == "${repeated('a', 1900)}"`, `tx.source.contains("${repeated('aaaa', 450)}b")`],
  ...[`tx.source in [${repeated("'a',", 190)}'a']`, `tx.source in [${repeated("'a',", 400)}]`],
  ...[`${repeated('1.0 + ', 140)}1.0 > 0.0`, `${repeated("'a' + ", 140)}'a' == 'a'`],
  ...[
    '__proto__ == 1',
    '__proto__.polluted == 1',
    'tx.__proto__ == 1',
    'constructor.prototype == 1',
  ],
  ...['tx.hasOwnProperty', 'this.x == 1', 'toString', 'valueOf.call == 1', 'hasOwnProperty.x == 1'],
  ...['tx.source.matches("(a+)+$")', 'tx.source.matches("(")', 'size(tx.source) > 0'],
  ...[
    '[1].map(x, x)',
    '[1,2].filter(x, x > 1)',
    'cel.bind(a, 1, a)',
    'has(tx.a)',
    'type(1) == int',
  ],
  ...['timestamp("x")', 'duration("1s")', 'google.protobuf.Any{}', 'Foo{a: 1}', 'dyn(1) == 1'],
  ...['list("a")', 'x in list("a")', 'subject.email in list("__proto__")', 'subject.email in list'],
  ...[
    'true\n// comment',
    'true // "',
    '/* */ true',
    'true;',
    'true true',
    'in in in',
    'true in true',
  ],
  ...['null', 'null == null', '{}', '{1: 2}', '[]', '[] == []', '[[]]', 'b""', '1 in {}'],
  ...['Ｔx.source == "web"', 'tx。source', 'tx.sоurce == "web"', '"\u{1f600}" == "\u{1f600}"'],
];

/** Pieces of the language in any order: closer to valid texts than arbitrary characters are. */
const piece = fc.constantFrom(
  ...['tx.source', 'tx.orderTotal', 'tx.sumMismatch', 'subject.email', 'avs.zip', 'tx', 'true'],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    '?',
    ':',
    '!',
    '-',
    '+',
    '*',
    '/',
    '%',
    ' in ',
    ' && ',
  ],
  ...[' || ', '==', '!=', '<', '>=', '1', '1.5', "'a'", '"a"', 'list("a")', 'list(', '.contains('],
  ...['.startsWith("w")', '.all(x, x)', 'matches(', '// ', '\n', '\\', '\u{0}', 'e9', 'u', 'r'],
);
const pieces = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

/** A well-formed condition with some characters cut out, doubled or replaced. */
const damaged = fc
  .tuple(anyCondition, fc.nat(), fc.nat({ max: 6 }), fc.string({ maxLength: 3 }))
  .map(([when, at, count, put]) => {
    const start = at % (when.length + 1);
    return when.slice(0, start) + put + when.slice(start + count);
  });

describe('any text as a condition is refused, or evaluated, within its bounds', () => {
  it.each(nasty.map((when) => [when.slice(0, 40), when] as const))('%j', (_, when) => {
    expectBounded(when);
    expectBoundedSet({ rules: [exampleRule({}, { when })] });
  });

  it.each([
    ['characters', fc.string({ unit: 'binary', maxLength: 2000 }), 1500],
    ['pieces of the language', pieces, 3000],
    ['damaged conditions', damaged, 3000],
    ['well-formed conditions', anyCondition, 1000],
  ])('%s', (_, texts, numRuns) => {
    fc.assert(
      fc.property(texts, (when) => void expectBounded(when)),
      { numRuns },
    );
  });

  it('of 300 nodes, the most there can be, in a chain of each operator', () => {
    const longest = (link: (count: number) => string): string => {
      let count = 300;
      while (count > 0 && compileCondition(link(count)).problems.length > 0) count -= 1;
      return count === 0 ? '' : link(count);
    };
    for (const op of ['&&', '||', '==']) {
      const chain = longest((count) => Array(count).fill('tx.sumMismatch').join(` ${op} `));
      expect(expectBounded(chain)).toBe(true);
      expect(chain.length).toBeGreaterThan(400);
    }
    const sum = longest((count) => `${Array(count).fill('tx.orderTotal').join(' + ')} > 1.0`);
    expect(expectBounded(sum)).toBe(true);
  });

  it('costs at most one read of a fact for each node, whatever it says', () => {
    let reads = 0;
    const counting = Object.fromEntries(
      Object.entries(factGroups).map(([group, { specs }]) => {
        const values = Object.entries(specs).map(([fact, { type }]) => {
          const value = { double: 1, bool: true, string: 'a' }[type];
          return [fact, { enumerable: true, get: () => ((reads += 1), value) }] as const;
        });
        return [group, Object.defineProperties({}, Object.fromEntries(values))];
      }),
    );
    fc.assert(
      fc.property(anyCondition, (when) => {
        const { problems, holds } = compileCondition(when);
        fc.pre(problems.length === 0);
        reads = 0;
        holds(counting);
        expect(reads).toBeLessThanOrEqual(300);
      }),
      { numRuns: 1000 },
    );
  });
});

/** A value that is often of the right shape. */
const nearly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 60, arbitrary: right }, { weight: 1, arbitrary: fc.anything() });

const nearlyRollout = nearly(
  fc.record(
    {
      percent: nearly(fc.constantFrom(0, 0.01, 50, 100, 100.001, -1)),
      by: nearly(fc.constantFrom('card', 'ip')),
    },
    { requiredKeys: ['percent'] },
  ),
);
const nearlyCase = nearly(
  fc.record(
    {
      when: nearly(anyCondition),
      points: nearly(fc.constantFrom(0, 5, -5, 7, 8, 9, 1000, 'tx.orderTotal', 'tx.source')),
      hard: nearly(fc.constantFrom('accept', 'review', 'reject')),
      reason: nearly(
        fc.constantFrom('a', 'b', 'c', 'x', '{tx.orderTotal}', '{avs.zip}', '{__proto__}'),
      ),
    },
    { requiredKeys: ['when', 'reason'] },
  ),
);
const nearlyCases = nearly(fc.array(nearlyCase, { minLength: 1, maxLength: 3 }));
const anyId = fc.constantFrom(
  'A1',
  'A2',
  'A3',
  'A4',
  'A5',
  'A6',
  'constructor',
  'toString',
  'valueOf',
  '__proto__',
);
const nearlyRule = nearly(
  fc.record(
    {
      id: nearly(anyId),
      name: nearly(fc.constantFrom('A name', 'x', 'y', 'z', 'a;b')),
      enabled: nearly(fc.boolean()),
      mode: nearly(fc.constantFrom('live', 'shadow')),
      rollout: nearlyRollout,
      cases: nearlyCases,
    },
    { requiredKeys: ['id', 'name', 'cases'] },
  ),
);
const nearlyBands = nearly(
  fc.constantFrom({ reviewFrom: 1, rejectFrom: 2 }, { reviewFrom: 2, rejectFrom: 1 }),
);
const nearlyOverrides = fc.dictionary(
  anyId,
  nearly(fc.record({ enabled: fc.boolean(), cases: nearlyCases }, { requiredKeys: [] })),
  { maxKeys: 2 },
);
const nearlyRuleSet = fc.record(
  {
    rules: nearly(fc.array(nearlyRule, { minLength: 1, maxLength: 4 })),
    bands: nearlyBands,
    banners: nearly(
      fc.dictionary(
        fc.constantFrom('bay', 's5a', 'shop'),
        nearly(fc.record({ bands: nearlyBands, rules: nearlyOverrides }, { requiredKeys: [] })),
        { maxKeys: 2 },
      ),
    ),
  },
  { requiredKeys: ['rules'] },
);

describe('any document as a rule set is refused as one, or evaluated, within its bounds', () => {
  it.each([
    ['values', fc.anything({ maxDepth: 4, withBigInt: true, withDate: true, withMap: true })],
    ['JSON', fc.jsonValue({ maxDepth: 6 })],
    ['rule sets of other things', fc.record({ rules: fc.array(fc.jsonValue()) })],
  ])('%s', (_, documents) => {
    fc.assert(
      fc.property(documents, (raw) => void expectBoundedSet(raw)),
      { numRuns: 1000 },
    );
  });

  it('what is nearly a rule set, of which some are accepted', () => {
    let accepted = 0;
    fc.assert(
      fc.property(nearlyRuleSet, (raw) => {
        if (expectBoundedSet(raw)) accepted += 1;
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it.each([
    [
      'aliases',
      `a: &a [x, x]\nrules:\n  - &r {id: A1, name: x, cases: [{when: 'true', reason: x}]}\n  - *r`,
    ],
    ['a document of its own keys', '__proto__: {rules: []}\nrules: [{__proto__: {id: A1}}]'],
    ['tags', 'rules: !!set {a, b}'],
    ['dates and binaries', 'rules: [2026-11-21, !!binary aGk=]'],
  ])('YAML with %s', (_, text) => {
    expectBoundedSet(parse(text));
  });

  it('deeply nested documents', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 5000; level += 1) deep = level % 2 === 0 ? [deep] : { rules: deep };
    for (const raw of [
      deep,
      { rules: deep },
      { rules: [deep] },
      { rules: [exampleRule({ cases: deep })] },
    ]) {
      expect(expectBoundedSet(raw)).toBe(false);
    }
  });

  it('as many rules, cases and overrides as there can be, each of the most nodes', () => {
    const when = Array(75).fill('tx.sumMismatch').join(' && ');
    const tenth = { when, points: 1, reason: '{tx.orderTotal}' };
    const cases = Array.from({ length: 10 }, () => tenth);
    const rules = Array.from({ length: 40 }, (_, index) => exampleRule({ id: `A${index}`, cases }));
    const overrides = Object.fromEntries(rules.map(({ id }) => [id, { cases }]));
    const ruleSet = loadRuleSet({ rules, banners: { bay: { rules: overrides } } }, hashText);
    inTime(() => evaluateAll(ruleSet));
    expect(expectBoundedSet({ rules: Array.from({ length: 301 }, () => exampleRule()) })).toBe(
      false,
    );
  });
});
