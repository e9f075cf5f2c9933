import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../domain/rules/rule-language.js';
import { readRuleText } from '../../../services/rule-sets/read-text.js';

/** What analysts write, the part that the problem names, and its message; `*` is all of it. */
const mistakes: readonly (readonly [when: string, part: string, words: RegExp])[] = [
  ["tx.orderTotal > 5 AND tx.source == 'web'", 'AND', /^write && instead of AND$/],
  ['tx.orderTotal > 5 or tx.sumMismatch', 'or', /^write \|\| instead of OR$/],
  ['NOT avs.nameMismatch', 'NOT', /^write ! instead of NOT/],
  ["tx.source = 'web'", '=', /^write == to compare/],
  ["tx.source <> 'web'", '<>', /^write != instead of <>$/],
  ["tx.source === 'web'", '===', /^write == instead of ===$/],
  ['tx.sumMismatch & avs.nameMismatch', '&', /^write && instead of &$/],
  ['tx.sumMismatch | avs.nameMismatch', '|', /^write \|\| instead of \|$/],
  ['tx.orderTotal => 5', '=>', /^write >= instead of =>$/],
  ['tx.orderTotal > = 5', '>', /^write >= without a blank$/],
  ['tx.orderTotal ≥ 5', '≥', /^write >= instead of ≥$/],
  ['items.quantity == 3', '*', /^write 3\.0 instead of 3 with ==/],
  ['3 != items.quantity', '*', /^write 3\.0 instead of 3 with !=/],
  ['items.quantity in [1, 2]', '*', /^write 1\.0 instead of 1 with in/],
  ['items.quantity + 1 > 5', 'items.quantity + 1', /^write 1\.0 instead of 1/],
  ['tx.orderTotl > 5', 'tx.orderTotl', /did you mean tx\.orderTotal\?$/],
  ['tx.ordertotal > 5', 'tx.ordertotal', /did you mean tx\.orderTotal\?$/],
  ['order.orderTotal > 5', 'order.orderTotal', /did you mean tx\.orderTotal\?$/],
  ['orderTotal > 5', 'orderTotal', /^unknown name orderTotal; did you mean tx\.orderTotal\?$/],
  ["tx.source.startswith('w')", "tx.source.startswith('w')", /did you mean startsWith\?$/],
  ["startsWith(tx.source, 'w')", '*', /write fact\.startsWith\('a'\)/],
  ["tx.source.matches('w.*')", '*', /^matches\(\) is not allowed/],
  ["tx.source contains 'w'", 'contains', /^write fact\.contains\('a'\)/],
  ['tx.source == web', 'web', /a text stands in quotes: 'web'$/],
  ['tx.source == “web”', '“', /straight quotes/],
  ['tx.source == `web`', '`', /straight quotes/],
  ['tx.source == \'web"', "'", /not ended by the same quote$/],
  ["tx.source in 'web'", '*', /^in needs a list on its right/],
  ["tx.source in ('web', 'store')", 'in', /with square brackets$/],
  ["tx.source not in ['web']", 'not', /^write !\(fact in \['a', 'b'\]\)/],
  ['tx.source == null', 'null', /^there is no null/],
  ['tx.source is not null', 'is', /^write != instead of IS NOT$/],
  ['tx.source == None', 'None', /^None is no value/],
  ['(tx.orderTotal > 5 && tx.sumMismatch', '(', /^this \( is never closed$/],
  ['tx.orderTotal > 5)', ')', /^this \) closes nothing/],
  ['tx.orderTotal > 12,5', ',', /^write 12\.5 instead of 12,5/],
  ['tx.orderTotal > 1,000', ',', /^write 1000 instead of 1,000/],
  ['tx.orderTotal > $500', '$', /^leave out the currency/],
  ['promotions.shareOfGoods > 50%', '%', /^write a share as a decimal/],
  ['tx.orderTotal > .5', '.5', /^write 0\.5 instead of \.5$/],
  ['tx.orderTotal > 5k', '5', /^write the number alone, without k$/],
  ["customer.creationDate > '2026-01-01'", 'customer.creationDate', /knows no dates/],
  ['customer.accountAgeDays > 2026-11-29', '2026-11-29', /knows no dates/],
  ["tx.orderTotal > '500'", '*', /write 500\.0 without quotes$/],
  ["tx.source == 'web' || 'phone'", "'phone'", /fact in \['a', 'b'\]$/],
  ['100 < tx.orderTotal < 500', '*', /write each comparison by itself/],
  ['tx.sumMismatch == TRUE', 'TRUE', /^write true in small letters$/],
  ['tx.orderTotal', '*', /^a condition is true or false, and this is a number/],
  ['tx.orderTotal && tx.sumMismatch', 'tx.orderTotal', /^&& needs true or false/],
  ['tx.orderTotal >', '', /^the condition ends behind >/],
  ["tx.orderTotal > 5 tx.source == 'web'", 'tx', /^a sign is missing before this/],
  ["tx.sumMismatch ? 1.0 : 'a'", '*', /^both results must be of one kind/],
  ["tx.source in ['web', 5]", '5', /all of one kind$/],
  ["tx.source == 'a\\qb'", '\\q', /begins no escape/],
  ['for == 1', 'for', /kept by the language/],
  ['[1.0].exists(1, tx.sumMismatch)', '1', /nothing loops/],
  ["{tx.source} == 'a'", '{', /^leave out \{ and \}/],
  ['tx.sumMismatch;', ';', /^leave out the ;$/],
  ['tx.orderTotal ^ 2.0 > 5', '^', /^the sign \^ means nothing here$/],
  ['tx.orderTotal > 1e999', '1e999', /^cannot be read as a number/],
];

const library = 'node_modules/@marcbachmann/cel-js/lib';

/** Every message in the library's source, without the parts that it fills in. */
const phrases = (() => {
  const source = readdirSync(library)
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(`${library}/${file}`, 'utf8'))
    .join('\n');
  const thrown = source.matchAll(
    /(?:parseError|evaluationError|createError|typeError|throwAst)\(\s*'\w+',\s*(`[^`]*`|'[^']*')/g,
  );
  const escapes = source.matchAll(/^ {2}\w+: \(e?\) => (`[^`]*`|'[^']*')/gm);
  return [...thrown, ...escapes]
    .flatMap(([, text = '']) => text.slice(1, -1).split(/\$\{[^}]*\}?/))
    .map((text) => text.trim())
    .filter((text) => /[a-z]{3,}.*[a-z]{3,}/i.test(text) && text.length >= 10);
})();

const signs = /\b(EOF|LPAREN|RPAREN|RBRACKET|IDENTIFIER|overload|bool|double|token)\b|Unexpected/;

const told = (when: string): string[] =>
  compileCondition(when).problems.map(({ message }) => message);

describe('what is wrong with a condition', () => {
  it.each(mistakes)('is reported with its place and in plain words: %s', (when, part, words) => {
    const [first] = compileCondition(when).problems;
    expect(first?.message).toMatch(words);
    expect(when.slice(first?.start, first?.end)).toBe(part === '*' ? when : part);
  });

  it("is never reported in the library's words", () => {
    expect(phrases).toContain('no such overload:');
    expect(phrases).toContain('Unexpected character:');
    expect(phrases.length).toBeGreaterThan(40);
    for (const message of mistakes.flatMap(([when]) => told(when))) {
      expect(message).not.toMatch(signs);
      expect(phrases.filter((phrase) => message.includes(phrase))).toEqual([]);
    }
  });

  it('is reported all at once: each habit at its own place', () => {
    expect(told("tx.orderTotal > 12,5 AND tx.source = 'web' OR NOT tx.sumMismatch")).toHaveLength(
      5,
    );
    expect(told("tx.orderTotal == 3 && tx.source == 5 && tx.sauce == 'a'")).toHaveLength(3);
  });

  it.each([
    ['!auth.approved', /^a value cannot begin with !; put the whole value in quotes/],
    ["'web' == tx.source", /^the value goes on where it should have ended/],
    ['{tx.orderTotal} > 5', /^a quote, bracket, comma or blank is missing/],
    ['@source', /^a value cannot begin with this sign/],
    ['tx.orderTotal: more', /^a value cannot hold a colon and a blank/],
    ['"tx.sumMismatch', /^a quote, bracket, comma or blank is missing/],
    ['tx.sumMismatch\n\tpoints: 1', /never by tabs$/],
    ['"\\q"', /begins no escape/],
    ['>- tx.sumMismatch', /^the text cannot be read as YAML|^the value goes on/],
    ['*a', /^aliases are not allowed/],
  ])('that is no YAML either is reported in plain words: %s', (when, words) => {
    const read = readRuleText(`rules:\n  - id: R1\n    cases:\n      - when: ${when}\n`);
    const problems = 'problems' in read ? read.problems : [];
    expect(problems[0]?.message).toMatch(words);
    const theirs = /\b(scalar|token|flow|node|mapping|tag|implicit|reserved)s?\b/i;
    for (const { message } of problems) expect(message).not.toMatch(theirs);
  });

  it('has line and column in a rule set', () => {
    const text = [
      'rules:',
      '  - id: R1',
      '    name: one',
      '    cases:',
      '      - when: >-',
      '          tx.sumMismatch',
      "          AND tx.source = 'web'",
      '        points: 12.5',
      '        reason: One.',
    ].join('\n');
    const read = readRuleText(text);
    const problems = 'problems' in read ? read.problems : [];
    expect(problems.map(({ line, column, message }) => [line, column, message])).toEqual([
      [7, 11, 'cases.0 write && instead of AND'],
      [7, 25, 'cases.0 write == to compare; = alone means nothing here'],
      [
        8,
        17,
        'cases.0.points must be a whole number from -1000 to 1000, or the name of a number fact',
      ],
    ]);
  });
});
