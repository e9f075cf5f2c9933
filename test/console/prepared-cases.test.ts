import { expect, it } from 'vitest';
import { createPreparedCases } from '../../console/prepared-cases.js';
import type { OrderFacts } from '../../services/case-view/view.js';

/** Only their size counts here. */
const factsOf = (text: string): OrderFacts => ({ text }) as unknown as OrderFacts;
const bounds = { sessionsMax: 2, bytesMax: 100, keptMs: 60_000 };

it('gives a session the facts of the case that it asks for, once, and no other session', async () => {
  const cases = createPreparedCases(bounds);
  const facts = factsOf('an order');
  void cases.prepare('one', 'case-1', async () => facts);
  expect(await cases.take('two', 'case-1')).toBeUndefined();
  expect(await cases.take('one', 'case-1')).toBe(facts);
  expect(await cases.take('one', 'case-1')).toBeUndefined();
  void cases.prepare('one', 'case-1', async () => facts);
  expect(await cases.take('one', 'case-2')).toBeUndefined();
  expect(cases.size()).toBe(0);
});

it('keeps no more sessions, bytes and seconds than its bounds, and no fault', async () => {
  const cases = createPreparedCases(bounds);
  for (const id of ['one', 'two', 'three']) void cases.prepare(id, 'c', async () => factsOf(id));
  expect(cases.size()).toBe(2);
  expect(await cases.take('one', 'c')).toBeUndefined();
  expect(await cases.take('three', 'c')).toEqual(factsOf('three'));
  void cases.prepare('one', 'c', async () => factsOf('x'.repeat(200)));
  expect(await cases.take('one', 'c')).toBeUndefined();
  void cases.prepare('one', 'c', async () => Promise.reject(new Error('Postgres does not answer')));
  expect(await cases.take('one', 'c')).toBeUndefined();
  const brief = createPreparedCases({ ...bounds, keptMs: 0 });
  void brief.prepare('one', 'c', async () => factsOf('one'));
  await expect.poll(() => brief.size()).toBe(0);
});
