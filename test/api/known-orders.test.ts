import { describe, expect, it } from 'vitest';
import { createKnownOrders } from '../../api/known-orders.js';

/** Lookups that end on demand. */
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

describe('whether orders are known', () => {
  it('many concurrent lookups share a few queries', async () => {
    const { looks, isKnown } = heldLooks();
    const asked: Promise<boolean>[] = [];
    for (let index = 0; index < 50; index += 1) {
      asked.push(isKnown(index % 10 === 0 ? `known-${index}` : `new-${index}`));
      await turn();
    }
    expect(looks).toHaveLength(4);
    looks[0]?.end();
    await turn();
    expect(looks).toHaveLength(5);
    expect(looks[4]?.ids).toHaveLength(46);
    for (const look of looks) look.end();
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(5);
  });

  it('is looked up again after a failed query, which fails only the requests in it', async () => {
    const { looks, isKnown } = heldLooks();
    const failed = isKnown('known-1');
    await turn();
    looks[0]?.end(new Error('away'));
    await expect(failed).rejects.toThrow('away');
    const next = isKnown('known-2');
    await turn();
    looks[1]?.end();
    expect(await next).toBe(true);
  });
});
