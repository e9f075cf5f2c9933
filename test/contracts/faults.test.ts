import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseWire } from '../../contracts/faults.js';

it('what is out of bounds is told in words that fit its kind', () => {
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
