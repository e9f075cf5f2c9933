import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKnownOrders } from '../../api/known-orders.js';

/** Looks that end when they are told to. */
const heldLooks = () => {
  const looks: { readonly ids: readonly string[]; readonly end: (error?: Error) => void }[] = [];
  const listKnown = (ids: readonly string[]): Promise<ReadonlySet<string>> =>
    new Promise((resolve, reject) => {
      const known = new Set(ids.filter((id) => id.startsWith('known')));
      looks.push({ ids, end: (error) => (error ? reject(error) : resolve(known)) });
    });
  return { looks, isKnown: createKnownOrders(listKnown) };
};

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Lets the time pass after which the next query may begin. */
const pass = async (): Promise<void> => {
  vi.advanceTimersByTime(25);
  await turn();
};

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

describe('whether orders are known', () => {
  it('is looked up at once, and the others of a flood share the next query', async () => {
    const { looks, isKnown } = heldLooks();
    const asked = Array.from({ length: 50 }, (_, index) =>
      isKnown(index % 10 === 0 ? `known-${index}` : `new-${index}`),
    );
    await turn();
    expect(looks.map(({ ids }) => ids.length)).toEqual([1]);
    await pass();
    expect(looks.map(({ ids }) => ids.length)).toEqual([1, 49]);
    for (const look of looks) look.end();
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(5);
  });

  it('takes few connections, however many ask', async () => {
    const { looks, isKnown } = heldLooks();
    for (let index = 0; index < 10; index += 1) {
      void isKnown(`new-${index}`);
      await pass();
    }
    expect(looks).toHaveLength(4);
    looks[0]?.end();
    await turn();
    expect(looks[4]?.ids).toHaveLength(6);
  });

  it('is looked up again after a failed query, which fails only the requests in it', async () => {
    const { looks, isKnown } = heldLooks();
    const failed = isKnown('known-1');
    await turn();
    looks[0]?.end(new Error('away'));
    await expect(failed).rejects.toThrow('away');
    const next = isKnown('known-2');
    await pass();
    looks[1]?.end();
    expect(await next).toBe(true);
  });
});
