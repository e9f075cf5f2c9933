import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSardineCustomerCache } from '../../db/sardine-customers.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase(1);
});
afterAll(() => database?.close());

it('a known customer is introduced again after a day, and after it was forgotten', async () => {
  const hours = { now: 0 };
  const atMs = Date.UTC(2026, 10, 21, 12);
  const now = () => new Date(atMs + hours.now * 3_600_000);
  const cache = createSardineCustomerCache(database.pool, now);
  const knownAt = async (hour: number) => {
    hours.now = hour;
    return cache.isKnown('ann');
  };
  expect(await knownAt(0)).toBe(false);
  await cache.remember('ann');
  expect([await knownAt(23.9), await knownAt(24.1)]).toEqual([true, false]);
  await cache.remember('ann');
  expect(await knownAt(48)).toBe(true);
  await cache.forget('ann');
  expect(await knownAt(48)).toBe(false);
});
