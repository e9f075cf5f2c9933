import { expect, it } from 'vitest';
import { z } from 'zod';
import { across, overall } from '../../contracts/cross-check.js';
import { parseWire } from '../../contracts/faults.js';

const moment = z.iso.datetime().transform((text) => new Date(text));

const schema = z
  .strictObject({
    from: moment.optional(),
    to: moment.optional(),
    limit: z.int().max(10).optional(),
    names: z
      .array(z.string())
      .check(
        overall((names, refuse) => {
          if (names.some((name) => name.trim() === '')) refuse([], 'must have no blank name');
        }),
      )
      .optional(),
  })
  .check(
    across(['from', 'to'], ({ from, to }, refuse) => {
      if (from && to && to.getTime() <= from.getTime()) refuse(['to'], 'must be after from');
    }),
  );

const messagesFor = (raw: unknown): string[] => {
  const parsed = parseWire(schema, raw);
  return parsed.ok ? [] : parsed.faults.map(({ message }) => message);
};

const [early, late] = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'];

it('a check across fields is left out when one of them has failed by itself', () => {
  expect(messagesFor({ from: 'x', to: early })).toHaveLength(1);
  expect(messagesFor({ from: late, to: 7 })).toHaveLength(1);
  expect(messagesFor({ from: 'x', to: 'y' })).toHaveLength(2);
  expect(messagesFor('x')).toEqual(['$ must be of type object']);
});

it('a check across fields runs whatever the state of the other fields', () => {
  const messages = messagesFor({ from: late, to: early, limit: 11, other: 1 });
  expect(messages.toSorted()).toEqual([
    '$ has the unknown field "other"',
    '$.limit must be at most 10',
    '$.to must be after from',
  ]);
});

it('a check of a list is left out when one of its elements has failed', () => {
  expect(messagesFor({ names: ['', 1] })).toEqual(['$.names[1] must be of type string']);
  expect(messagesFor({ names: ['', 'a'] })).toEqual(['$.names must have no blank name']);
});
