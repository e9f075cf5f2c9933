import { afterAll, beforeAll, expect, it } from 'vitest';
import { Drift } from '../../contracts/v1/drift.js';
import { countDriftDays } from '../../services/drift/count.js';
import { storeDecisions } from '../services/drift-fixture.js';
import { type Api, startApi } from './server.js';

let api: Api;

const ago = (days: number): Date => new Date(Date.now() - days * 86_400_000);

beforeAll(async () => {
  api = await startApi();
  await storeDecisions(api.pool, { at: ago(12), orders: 300, rules: ['R15'], level: 'low' });
  await storeDecisions(api.pool, { at: ago(2), orders: 300, rules: ['R01'], level: 'low' });
  await countDriftDays({ db: api.pool, now: new Date() }, { onPage: () => undefined });
});
afterAll(() => api?.stop());

const read = async (query: string) => {
  const reply = await api.ask(`/v1/drift${query}`, { key: 'analyst' });
  expect(reply.status, reply.text).toBe(200);
  return Drift.parse(reply.json);
};

it('the report can be narrowed to a banner and a kind', async () => {
  const all = await read('');
  expect([all.banner, all.weekOrders, all.beforeOrders]).toEqual([null, 300, 300]);
  expect(all.shifts.map(({ name }) => name).toSorted()).toEqual([
    ...['R01', 'R15', 'outcome', 'sardine'],
  ]);
  const rules = await read('?banner=s5a&kind=rule');
  expect(rules.shifts.map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual([
    'R01 shifted',
    'R15 shifted',
  ]);
  expect((await read('?banner=bay')).shifts).toEqual([]);
});
