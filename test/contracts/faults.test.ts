import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseWire } from '../../contracts/faults.js';

it('a value out of bounds gets a message that fits its type', () => {
  const schema = z.object({
    items: z.array(z.int()).min(1),
    promos: z.array(z.int()).max(2),
    cursor: z.string().max(3),
    limit: z.int().max(200),
  });
  const raw = { items: [], promos: [1, 2, 3], cursor: 'long', limit: 201 };
  const parsed = parseWire(schema, raw);
  expect(parsed.ok ? [] : parsed.faults.map((fault) => fault.message)).toEqual([
    '$.items must have at least 1 element',
    '$.promos must have at most 2 elements',
    '$.cursor must have at most 3 characters',
    '$.limit must be at most 200',
  ]);
});

it('a value of another type is reported once, also where its size is out of bounds', () => {
  const list = (min: number, max: number) => z.array(z.int()).min(min).max(max);
  const schema = z.object({
    items: list(1, 2),
    promos: list(0, 2).optional(),
    cursor: z.string().max(3),
    nested: z.array(z.object({ list: list(1, 2), text: z.string().min(1) })),
  });
  const raw = {
    ...{ items: '', promos: 'long', cursor: [1, 2, 3, 4] },
    nested: [
      { list: '', text: '' },
      { list: [], text: [] },
    ],
  };
  const parsed = parseWire(schema, raw);
  expect(parsed.ok ? [] : parsed.faults).toEqual([
    { error: 'invalid_type', message: '$.items must be of type array' },
    { error: 'invalid_type', message: '$.promos must be of type array' },
    { error: 'invalid_type', message: '$.cursor must be of type string' },
    { error: 'invalid_type', message: '$.nested[0].list must be of type array' },
    { error: 'invalid_value', message: '$.nested[0].text must not be blank' },
    { error: 'invalid_value', message: '$.nested[1].list must have at least 1 element' },
    { error: 'invalid_type', message: '$.nested[1].text must be of type string' },
  ]);
});

it('a name in a map is repeated in a path only if it looks like one', () => {
  const schema = z.object({ map: z.record(z.string(), z.int()) });
  const raw = { map: { 'key-id': 'x', 'Ann Example': 'x', '4111111111111111': 'x' } };
  const parsed = parseWire(schema, raw);
  expect(parsed.ok ? [] : parsed.faults.map((fault) => fault.message).toSorted()).toEqual([
    '$.map.* must be of type number',
    '$.map.* must be of type number',
    '$.map.key-id must be of type number',
  ]);
});

it('an object whose length cannot be compared is of another type, like every object', () => {
  const schema = z.strictObject({ reason: z.string().min(1), items: z.array(z.int()).max(2) });
  const deep = JSON.parse(`${'['.repeat(9000)}${']'.repeat(9000)}`) as unknown;
  const raw = { reason: { length: { toString: 1 } }, items: { length: deep }, length: {} };
  const parsed = parseWire(schema, raw);
  expect(parsed.ok ? [] : parsed.faults.map((fault) => fault.message)).toEqual([
    '$.reason must be of type string',
    '$.items must be of type array',
    '$ has the unknown field "length"',
  ]);
});

describe('an unknown field', () => {
  const schema = z.strictObject({ policy: z.strictObject({ known: z.int().optional() }) });
  const faultsFor = (raw: unknown) => {
    const parsed = parseWire(schema, raw);
    return parsed.ok ? [] : parsed.faults;
  };
  const fieldOf = (name: string) => faultsFor({ policy: { [name]: 1 } });

  it('is named with the path of the object that has it, each on its own', () => {
    const raw = { policy: { x: 1, reviewAl: true }, note2: 'b' };
    expect(faultsFor(raw)).toEqual([
      { error: 'invalid_value', message: '$.policy has the unknown field "x"' },
      { error: 'invalid_value', message: '$.policy has the unknown field "reviewAl"' },
      { error: 'invalid_value', message: '$ has the unknown field "note2"' },
    ]);
  });

  it.each(['a', '_', 'very_high', 'budgetMs2', 'a'.repeat(40)])('%s is repeated', (name) => {
    expect(fieldOf(name).map((one) => one.message)).toEqual([
      `$.policy has the unknown field "${name}"`,
    ]);
  });

  it.each([
    '',
    'a'.repeat(41),
    'ann@example.com',
    'Ann Example',
    '<script>',
    'a"b',
    'line\nline',
    'M\u00fcller',
    '4111111111111111',
    '_4111111111111111',
    'card_4111_1111_1111_1111',
    '5551234567',
  ])('%j is not repeated: it does not look like the name of a field', (name) => {
    expect(fieldOf(name)).toEqual([
      { error: 'invalid_value', message: '$.policy has an unknown field' },
    ]);
  });

  it('many of them are reported by the first twenty', () => {
    const many = Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`f${index}`, 1]));
    const messages = faultsFor({ policy: many }).map((one) => one.message);
    expect(messages).toHaveLength(20);
    expect(messages[19]).toBe('$.policy has the unknown field "f19"');
  });
});
