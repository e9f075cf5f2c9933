import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { operations } from '../../api/operations.js';
import { parseWire } from '../../contracts/faults.js';
import { pathsIn, sampleOf, withAt } from './schema-fields.js';

/** Whatever a field wants, most of these are not it. */
const wrong: readonly unknown[] = [
  'x\u0000',
  '2026-11-01',
  'Yesterday',
  '',
  -1,
  1.5,
  1e300,
  true,
  [],
  [1],
  {},
  'a'.repeat(5000),
  null,
];

const asked = operations.flatMap(({ method, path, query, body }) => [
  ...(query === undefined
    ? []
    : [{ name: `query of ${method} ${path}`, schema: query, all: true }]),
  ...(body === undefined ? [] : [{ name: `body of ${method} ${path}`, schema: body, all: false }]),
]);

/** Words of zod's own, and of errors that nobody foresaw. */
const foreign = /invalid input|expected|received|too (small|big)|unrecognized|undefined|NaN/i;

const messagesFor = (schema: z.ZodType, raw: unknown): string[] => {
  const result = parseWire(schema, raw);
  return result.ok ? [] : result.faults.map(({ message }) => message);
};

const expectOurWords = (messages: readonly string[]) => {
  for (const message of messages) {
    expect(message).toMatch(/^\$\S* \S/);
    const words = message.replace(/^\S+/, '');
    expect(words).not.toMatch(foreign);
    expect(words).not.toMatch(/ (is not valid|must be of type (int|nan))$/);
  }
};

describe.each(asked)('$name', ({ schema, all }) => {
  const sample = sampleOf(schema);
  const paths = pathsIn(sample).slice(0, 120);

  it('reports each wrong value of each field in our own words, at the path of the field', () => {
    for (const path of paths) {
      for (const value of wrong) expectOurWords(messagesFor(schema, withAt(sample, path, value)));
    }
    for (const value of wrong) expectOurWords(messagesFor(schema, value));
  });

  it('refuses two wrong fields at once, whichever they are, and never breaks', () => {
    for (const [index, one] of paths.entries()) {
      for (const [otherIndex, other] of paths.slice(index + 1).entries()) {
        const values = all ? wrong : [wrong[(index + otherIndex) % wrong.length], 'Yesterday'];
        for (const value of values) {
          const raw = withAt(withAt(sample, one, value), other, value);
          expectOurWords(messagesFor(schema, raw));
        }
      }
    }
  });
});

it('a whole number in a query is documented with its bounds', () => {
  const cases = operations.find(({ path }) => path === '/v1/cases')?.query;
  for (const limit of ['-1', '0', '201', '1.5', 'x', '9'.repeat(30)]) {
    expect(messagesFor(cases as z.ZodType, { limit })).toEqual([
      '$.limit must be a whole number from 1 to 200',
    ]);
  }
});
