import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factGroups } from '../../../domain/facts/catalogue.js';
import { listableSubjects } from '../../../domain/listing.js';
import { exampleRule, problemsOf } from './example-source.js';

const page = readFileSync(new URL('../../../docs/rule-language.md', import.meta.url), 'utf8');

const types = { double: 'number', bool: 'flag', string: 'text' };

const quoted = (code: string): string => (code === '' ? 'blank' : `\`${code}\``);

/** The table as the catalogue has it, and as the page must have it. */
const table = [
  '| fact | type | meaning |',
  '|---|---|---|',
  ...Object.entries(factGroups).flatMap(([group, { specs }]) =>
    Object.entries(specs).map(([name, { type, meaning, codes }]) => {
      const known = codes === undefined ? '' : ` One of ${codes.map(quoted).join(', ')}.`;
      return `| \`${group}.${name}\` | ${types[type]} | ${meaning}${known} |`;
    }),
  ),
];

describe('docs/rule-language.md', () => {
  it('names every fact of the catalogue with its type, meaning and codes, and no other', () => {
    const lines = page.slice(page.indexOf('| fact | type |')).trimEnd().split('\n');
    expect(lines).toEqual(table);
  });

  it('names every subject that a list can be asked for', () => {
    for (const subject of listableSubjects) {
      expect(page).toMatch(new RegExp(`\`(subject)?\\.${subject}\``));
    }
  });

  it.each([
    ['a rule like the example', "tx.orderTotal >= 500 && customer.type == 'guest'", 0],
    ['a list', 'shipping.country in list("embargo")', 0],
    ['whole numbers where decimals are needed', 'tx.orderTotal == 5', 1],
    ['a code that is never', "avs.zip == 'no-match'", 1],
  ])('is true of %s', (_, when, problems) => {
    expect(problemsOf([exampleRule({}, { when })])).toHaveLength(problems);
  });
});
