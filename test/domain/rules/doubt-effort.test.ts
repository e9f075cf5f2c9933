import { describe, expect, it } from 'vitest';
import { textLimits } from '../../../contracts/text-limits.js';
import { findDoubts } from '../../../domain/rules/find-doubts.js';
import { findNeverTrue } from '../../../domain/rules/never-true.js';
import { checkCondition } from '../../../domain/rules/rule-language.js';
import { ownCpuMs } from '../../support/longest-stretch.js';

const astOf = (when: string) => {
  const checked = checkCondition(when);
  return 'ast' in checked ? checked.ast : undefined;
};

/** The most parts that one condition may have. */
const filled = (part: (index: number) => string, sign: '&&' | '||', rest = ''): string => {
  const of = (count: number) =>
    Array.from({ length: count }, (_, index) => part(index)).join(sign) + rest;
  const fits = (count: number) => astOf(of(count)) !== undefined;
  let [most, tooMany] = [1, 2];
  while (fits(tooMany)) [most, tooMany] = [tooMany, 2 * tooMany];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle)) most = middle;
    else tooMany = middle;
  }
  return of(most);
};

const facts = ['tx.orderTotal', 'auth.fullAmount', 'home.orderTotal', 'byCard.orders1h'];
const fact = (index: number): string => facts[index % facts.length] ?? '';

/** Some order meets each of these, however long it takes to find out. */
const possible: Readonly<Record<string, string>> = {
  'bounds of one fact': filled((n) => `tx.orderTotal>${n}`, '&&'),
  'gaps of one fact': filled((n) => `byCard.orders1h!=${n}.0`, '&&'),
  'alternatives of many facts': filled((n) => `(${fact(n)}>${n}||${fact(n + 1)}>${n}.5)`, '&&'),
  'groups of many facts': filled((n) => `(${fact(n)}>${n}&&${fact(n + 1)}>${n}.5)`, '||'),
  'choices of many facts': filled((n) => `(auth.approved?${fact(n)}>${n}:${fact(n + 1)}>1)`, '&&'),
  'alternatives that say nothing': filled(() => '(auth.approved||!auth.approved)', '&&'),
};

const listOf = (start: number): string =>
  Array.from({ length: 120 }, (_, index) => `${index}.${start}`).join(',');

/** No order meets these. */
const impossible: Readonly<Record<string, string>> = {
  'groups of which none can hold': filled((n) => `(${fact(n)}>${n + 1}&&${fact(n)}<${n})`, '||'),
  'alternatives of which none can hold': filled(
    (n) => `(${fact(n)}< -${n + 1}||${fact(n + 1)}< -${n + 2})`,
    '&&',
  ),
  'alternatives that are all ruled out': filled(
    () => '(auth.approved||tx.sumMismatch)',
    '&&',
    '&&!auth.approved&&!tx.sumMismatch',
  ),
  'two long lists': `tx.orderTotal in [${listOf(25)}] && tx.orderTotal in [${listOf(75)}]`,
};

const all = { ...possible, ...impossible };

/** No step takes more of the budget than one part with its list. */
const overdraftMax = 300;

const efforts = [0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000];

interface Look {
  readonly problems: number;
  readonly left: number;
}

const looks = new Map<string, Look>();

const lookAt = (when: string, enough: number): Look => {
  const key = `${enough} ${when}`;
  const known = looks.get(key);
  if (known !== undefined) return known;
  const effort = { left: enough };
  const root = astOf(when);
  if (root === undefined) throw new Error(`no condition: ${when}`);
  const { length: problems } = findNeverTrue(root, effort);
  const look = { problems, left: effort.left };
  looks.set(key, look);
  return look;
};

describe('the analysis whether a condition can ever hold', () => {
  it.each(Object.entries(possible))('never says so of what can: %s', (_, when) => {
    for (const enough of efforts) expect(lookAt(when, enough).problems, `${enough}`).toBe(0);
  });

  it.each(Object.entries(impossible))(
    'says nothing where it ends before it knows: %s',
    (_, when) => {
      expect(lookAt(when, 0).problems).toBe(0);
      const found = efforts.map((enough) => lookAt(when, enough).problems);
      expect(found).toEqual(found.toSorted((one, other) => one - other));
    },
  );

  it.each(Object.entries(all))('ends with the effort that it is given: %s', (_, when) => {
    for (const enough of efforts) {
      expect(lookAt(when, enough).left, `${enough}`).toBeGreaterThan(-overdraftMax);
    }
  });

  it.each(['groups of which none can hold', 'two long lists'])(
    'finds what it is for: %s',
    (name) => {
      expect(lookAt(impossible[name] ?? '', 1_000_000).problems).toBeGreaterThan(0);
    },
  );
});

/** A rule set of one condition in as many cases as a text may hold. */
const largestOf = (when: string) => {
  const cases = Math.floor(textLimits.ruleSetText.max / (when.length + 60));
  return {
    rules: Array.from({ length: Math.ceil(cases / 10) }, (_, index) => ({
      ...{ id: `R${index}`, name: `rule ${index}` },
      cases: Array.from({ length: 10 }, (__, points) => ({ when, points, reason: 'a' })),
    })),
  };
};

it.each(Object.entries(all))('a text full of it is looked through in time: %s', (_, when) => {
  const beforeMs = ownCpuMs();
  findDoubts(largestOf(when));
  // These texts took up to half a minute before the budget counted the values tried.
  expect(ownCpuMs() - beforeMs).toBeLessThan(3000);
});
