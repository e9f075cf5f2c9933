import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditPage } from '../../contracts/v1/audit.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, type Ask, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

const pageOf = async (query: string, key: Ask['key'] = 'analyst') =>
  AuditPage.parse((await api.ask(`/v1/audit?${query}`, { key })).json);

/** All pages of a query, in order. */
const allOf = async (query: string) => {
  const pages: AuditPage[] = [await pageOf(query)];
  for (let next = pages[0]?.nextCursor; next; next = pages.at(-1)?.nextCursor) {
    pages.push(await pageOf(`${query}&cursor=${next}`));
  }
  return { pages, entries: pages.flatMap(({ entries }) => entries) };
};

describe('each opening of an order', () => {
  it('leaves a row that names who opened what, for every role alike', async () => {
    const id = await seedOrder(api, { orderId: `T-audit-${Date.now()}` });
    const { rows } = await api.pool.query('select case_id from cases where transaction_id = $1', [
      id,
    ]);
    const [found] = rows as { case_id: string }[];
    const openings = [
      [`/transaction/${id}`, 'record.read', ['oms', 'reviewer', 'lead', 'analyst', 'admin']],
      [`/v1/cases/${found?.case_id}`, 'case.read', ['reviewer', 'lead', 'analyst', 'admin']],
      [
        `/v1/transactions/${id}/explanation`,
        'explanation.read',
        ['reviewer', 'lead', 'analyst', 'operator', 'admin'],
      ],
    ] as const;
    for (const [path, action, keys] of openings) {
      for (const key of keys) expect((await api.ask(path, { key })).status).toBe(200);
      const { entries } = await pageOf(`object=${id}&action=${action}`);
      const actors = entries.map(({ actor }) => actor).toReversed();
      expect(actors, action).toEqual(keys.map((key) => `${key}:local`));
    }
  });

  it('that is refused leaves none', async () => {
    const id = await seedOrder(api, { orderId: `T-audit-no-${Date.now()}` });
    for (const path of [`/transaction/${id}`, `/v1/transactions/${id}/explanation`]) {
      expect((await api.ask(path, { key: 'aifi' })).status).toBe(403);
      expect((await api.ask(`${path}?x=1`, { key: 'analyst' })).status).toBe(400);
    }
    const { entries } = await pageOf(`object=${id}`);
    expect(entries.filter(({ action }) => action.endsWith('.read'))).toEqual([]);
  });
});

describe('the audit trail', () => {
  const beginsMs = Date.parse('2020-01-01T00:00:00Z');
  const secondsLater = (seconds: number) => new Date(beginsMs + seconds * 1000).toISOString();

  beforeAll(async () => {
    await api.pool.query(
      `insert into audit (at, actor, action, object, details)
        select $1::timestamptz + n * interval '1 s', 'oms:' || n % 2, 'thing.done',
          case when n % 5000 = 1 then 'rare' else 'common' end, jsonb_build_object('n', n)
        from generate_series(1, 12000) n order by random()`,
      [new Date(beginsMs)],
    );
    await api.pool.query(
      `insert into audit (at, actor, action, object, details)
        values ($1, 'analyst:ann', 'thing.undone', 'common', '{}')`,
      [new Date(beginsMs)],
    );
  });

  const early = `to=${secondsLater(20_000)}`;

  it('is read page by page, the latest first, each entry once', async () => {
    const from = `from=${secondsLater(11_501)}`;
    const { pages, entries } = await allOf(`${early}&${from}&limit=200`);
    expect(pages.map((page) => page.entries.length)).toEqual([200, 200, 100]);
    const numbers = entries.map(({ details }) => details['n']);
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, index) => 12_000 - index));
  });

  it('is narrowed by object, action, actor and time; from is included, to is not', async () => {
    expect((await allOf(`${early}&object=rare`)).entries.map(({ details }) => details)).toEqual([
      { n: 10_001 },
      { n: 5001 },
      { n: 1 },
    ]);
    const span = `from=${secondsLater(7)}&to=${secondsLater(9)}`;
    const narrow = (await pageOf(`${span}&actor=oms:1&action=thing.done`)).entries;
    expect(narrow.map(({ at }) => at)).toEqual([secondsLater(7)]);
  });

  it('a rare action is found behind any number of others, in bounded searches', async () => {
    const { pages, entries } = await allOf(`${early}&action=thing.undone`);
    expect(entries.map(({ actor }) => actor)).toEqual(['analyst:ann']);
    expect(pages).toHaveLength(3);
    expect(pages[0]?.entries).toEqual([]);
  });

  it('walks an index, and never the whole trail', async () => {
    await api.pool.query('analyze audit');
    const plan = await api.pool.query(
      'explain select * from audit order by at desc, id desc limit 201',
    );
    expect(JSON.stringify(plan.rows)).toContain('audit_at');
  });

  it('refuses an invalid query', async () => {
    const ask = (query: string) => api.ask(`/v1/audit?${query}`, { key: 'operator' });
    expect(faultOf(await ask('cursor=x'))).toEqual([400, 'invalid_value']);
    expect(faultOf(await ask('from=yesterday'))).toEqual([400, 'invalid_value']);
    expect(faultOf(await ask('subject=x'))).toEqual([400, 'invalid_value']);
  });
});
