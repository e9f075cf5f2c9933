import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRuleText } from '../../services/rule-sets/read-text.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import { RuleSetError } from '../../domain/rules/rule-set-error.js';
import { makeTempDir } from '../support/temp-dir.js';

const shipped = readFileSync('rules/default.yaml', 'utf8');

const problemsOf = (text: string) => {
  const read = readRuleText(text);
  return 'problems' in read ? read.problems : [];
};

/** The position of a piece of a text, counted as editors do. */
const placeOf = (text: string, piece: string) => {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};

const ruleWith = (when: string) =>
  `rules:\n  - id: R1\n    name: one\n    cases:\n      - when: ${when}\n        reason: a\n`;

/** The condition in one style of YAML, folded at its blanks, with any indentation. */
type Style = (words: readonly string[], breaks: readonly number[]) => string;

const folded = (words: readonly string[], breaks: readonly number[], lineBreak: string): string =>
  words.reduce((text, word, index) => {
    const size = breaks[index - 1] ?? 0;
    return `${text}${size === 0 ? ' ' : lineBreak.replace('~', ' '.repeat(size))}${word}`;
  });

const single = (word: string) => word.replaceAll("'", "''");
const double = (word: string) =>
  word
    .replaceAll('"', '\\"')
    .replaceAll("'", '\\x27')
    .replaceAll('&&', '\\u0026\\U00000026')
    .replaceAll('5', '\\x35');

const styles: Readonly<Record<string, Style>> = {
  plain: (words, breaks) => folded(words, breaks, '\n          ~'),
  'single quotes': (words, breaks) =>
    `'${folded(words.map(single), breaks, '   \n\n          ~')}'`,
  'double quotes': (words, breaks) => `"${folded(words.map(double), breaks, '\n          ~')}"`,
  'double quotes with escaped breaks': (words, breaks) =>
    `"${folded(words.map(double), breaks, ' \\\n          ~')}"`,
  'double quotes with escaped blanks': (words, breaks) =>
    `"${folded(words.map(double), breaks, '\\t\\n\\x20\\ \n          ~')}"`,
  'folded block': (words, breaks) => `>-\n          ${folded(words, breaks, '\n          ~')}`,
  'literal block with a comment': (words, breaks) =>
    `|+ # why\n\n          ${folded(words, breaks, '\n          ~')}\n`,
  'block that says its indentation': (words, breaks) =>
    `>2-\n          ${folded(words, breaks, '\n\n          ~')}`,
};

/** Words of a valid condition, with an unknown fact at any position. */
const anyCondition = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        ['tx.orderTotal', '>', '5.0'],
        ['tx.source', '==', "'web'"],
        ['(card.luhnValid', '||', '!(tx.currency', 'in', "['US','CA']))"],
        ['"a\u00e9\ud83d\ude00"', '!=', 'tx.currency'],
      ),
      { maxLength: 4 },
    ),
    fc.array(fc.constantFrom(['tx.orderTotal', '<', '1.5'], ['avs.nameMismatch']), {
      maxLength: 3,
    }),
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 40 }),
  )
  .map(([before, after, breaks]) => {
    const terms = [...before, ['tx.nowhere', '>', '5'], ...after];
    return { words: terms.flatMap((term, at) => (at === 0 ? term : ['&&', ...term])), breaks };
  });

describe('a problem of a condition', () => {
  it.each(Object.entries(styles))('is reported at its character: %s', (_, style) => {
    fc.assert(
      fc.property(anyCondition, ({ words, breaks }) => {
        // No plain scalar begins with an indicator.
        const text = ruleWith(style(['true', '&&', ...words], breaks));
        expect(problemsOf(text), text).toEqual([
          expect.objectContaining({ rule: 'R1', ...placeOf(text, 'tx.nowhere') }),
        ]);
      }),
      { numRuns: 150 },
    );
  });

  it('is reported at the end of a condition that ends too soon', () => {
    const text = ruleWith('>-\n          true\n            &&');
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ line: 7 });
    expect(problem?.column).toBeGreaterThanOrEqual(13);
  });
});

describe('what is wrong elsewhere', () => {
  const mend = (from: string | RegExp, to: string) => shipped.replace(from, to);

  it.each([
    ['a value', mend('points: 30', 'points: 5000 # ~~'), 'points: 5000', 8],
    ['a name', mend('name: AVS zip mismatch', 'name: "a;b"'), '"a;b"', 0],
    ['a reason', mend('reason: The card code', 'reason: "{a.b}"  #'), '"{a.b}"', 0],
    ['a field that lacks, at its rule', 'rules:\n  - id: R1\n    name: x\n', 'id: R1', 0],
    ['an id used twice', mend('id: R02', 'id: R01 '), 'R01 ', 0],
    ['bands', `${shipped}\nbands: {reviewFrom: 5, rejectFrom: 4}\n`, 'bands: {', 0],
    ['an override', `${shipped}\nbanners: {bay: {rules: {R999: {}}}}\n`, 'R999', 0],
    ['YAML itself', mend('name: AVS street', 'name: @AVS'), '@AVS', 0],
    ['a key used twice', mend('    name: AVS zip mismatch', '    id: R9'), 'id: R9', 0],
    ['an alias', `a: &a [1]\nb: *a\n`, '*a', 0],
    ['a tag', `rules: !!binary aGk=\n`, '!!binary', 0],
  ])('%s is reported by line and column', (_, text, piece, offset) => {
    const { line, column } = placeOf(text, piece);
    expect(problemsOf(text)).toContainEqual(
      expect.objectContaining({ line, column: column + offset }),
    );
  });

  it('is reported for all rules at once, from top to bottom', () => {
    const text = shipped.replaceAll('points: 20', 'points: tx.nothing');
    const problems = problemsOf(text);
    expect(problems.length).toBe(shipped.split('points: 20').length - 1);
    const lines = problems.map(({ line }) => line);
    expect(lines).toEqual(lines.toSorted((one, other) => one - other));
  });

  it('never repeats a card number', () => {
    const pan = '4111111111111111';
    for (const text of [
      ruleWith(`tx.n${pan} == ${pan}`),
      ruleWith('nothing').replace('id: R1', `id: R${pan}`),
      ruleWith('nothing').replace('name: one', `${pan}: one`),
      ruleWith(`*${pan}`),
      mend('rules:', `rules: ${pan}\n#`),
      `${shipped}\nbanners: {bay: {rules: {R${pan}: {}}}}\n`,
    ]) {
      expect(problemsOf(text).length, text.slice(0, 200)).toBeGreaterThan(0);
      expect(JSON.stringify(problemsOf(text))).not.toContain(pan);
    }
  });
});

describe('a hostile text', () => {
  const twisted: Readonly<Record<string, string>> = {
    'brackets without end': '['.repeat(250_000),
    'brackets that a comment seems to close': '[ # ]\n'.repeat(40_000),
    'lists in lists': '- '.repeat(130_000),
    'keys of keys': '? '.repeat(130_000),
    'maps in one line': 'a: '.repeat(80_000),
    'a great many keys': Array.from({ length: 22_000 }, (_, at) => `k${at}: 1`).join('\n'),
    'a fault in every line': ']\n'.repeat(50_000),
    'quotes without end': `a: "${'\n'.repeat(200_000)}`,
    'a laugh of aliases': `a: &a [1,1]\n${Array.from(
      { length: 40 },
      (_, at) => `b${at}: &b${at} [*a,*a]`,
    ).join('\n')}`,
    'too long': ' '.repeat(262_145),
    'another version of YAML': '%YAML 1.1\n---\n<<: {rules: []}\n',
    'a byte order mark and nothing': '\uFEFF',
  };

  it.each(Object.entries(twisted))('is refused within seconds: %s', (_, text) => {
    const begun = Date.now();
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(problems).length).toBeLessThan(250_000);
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  it('never throws: whatever is cut out, doubled or inserted', () => {
    const at = fc.integer({ min: 0, max: shipped.length });
    const insertion = fc.oneof(
      fc.constantFrom('[', '{', '"', "'", '\n', ': ', '- ', '>', '|', '&a ', '*a', '!!x ', '\t'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(at, fc.nat(400), insertion, (start, length, inserted) => {
        const text = shipped.slice(0, start) + inserted + shipped.slice(start + length);
        for (const { line, column } of problemsOf(text)) {
          const count = text.split('\n').length;
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(count);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('the shipped file', () => {
  it('is read as it is', () => {
    const { text, ruleSet } = readShippedRules('rules/default.yaml');
    expect(text).toBe(shipped);
    expect(ruleSet.rules.length).toBeGreaterThan(30);
  });

  it('is refused with line and column when it is wrong', () => {
    const folder = makeTempDir();
    try {
      const path = join(folder.path, 'rules.yaml');
      writeFileSync(path, ruleWith('tx.nowhere'));
      expect(() => readShippedRules(path)).toThrow(RuleSetError);
      expect(() => readShippedRules(path)).toThrow('5:15 R1: ');
    } finally {
      folder.remove();
    }
  });
});
