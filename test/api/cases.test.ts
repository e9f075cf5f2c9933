import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CaseDetail,
  CasePage,
  type CaseSummary,
  TransactionPage,
} from '../../contracts/v1/cases.js';
import { closeCase } from '../../db/cases.js';
import { reopenCase } from '../../services/cases/reopen-case.js';
import { faultOf } from './errors.js';
import { type Seed, seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

const get = (path: string, key: 'reviewer' | 'oms' = 'reviewer') => api.ask(path, { key });

const page = async (query: string) => {
  const reply = await get(`/v1/cases?${query}`);
  expect(reply.status, reply.text).toBe(200);
  return CasePage.parse(reply.json);
};

/** All pages from the first one on; `between` runs after each. */
const allPages = async (query: string, between?: () => Promise<unknown>) => {
  const pages: CaseSummary[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { cases, nextCursor } = await page(`${query}${after}`);
    pages.push(cases);
    cursor = nextCursor;
    await between?.();
  }
  return pages;
};

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

describe('GET /v1/cases answers 200', () => {
  it('25 cases in pages of 10 come once each, soonest due first, also while others are opened', async () => {
    // Many fall due at the same instant: the order among those must hold too.
    const dueAts = [inHours(2), inHours(3), inHours(4)];
    const ids: string[] = [];
    for (let index = 0; index < 25; index += 1) {
      const dueAt = dueAts[index % dueAts.length] ?? inHours(1);
      ids.push(await seedOrder(api, { banner: 'lat', dueAt }));
    }
    const pages = await allPages('banner=lat&limit=10', () =>
      seedOrder(api, { banner: 'lat', dueAt: inHours(1) }),
    );
    expect(pages.map((cases) => cases.length)).toEqual([10, 10, 5]);
    const listed = pages.flat();
    expect(listed.map((found) => found.transactionId).toSorted()).toEqual(ids.toSorted());
    const due = listed.map((found) => found.dueAt);
    expect(due).toEqual(due.toSorted());
  });

  it('a last page that is just full says that it is the last', async () => {
    for (let index = 0; index < 4; index += 1) await seedOrder(api, { banner: 'o5a' });
    const pages = await allPages('banner=o5a&limit=2');
    expect(pages.map((cases) => cases.length)).toEqual([2, 2]);
  });

  it('each filter leaves out what it should, and filters add up', async () => {
    const seeds: Seed[] = [{}, { isUrgent: true }, { dueAt: inHours(-1) }, { outcome: 'accept' }];
    const [plain, urgent, overdue, refused] = await Promise.all(
      seeds.map((seed) => seedOrder(api, { ...seed, banner: 'bay' })),
    );
    const closed = await seedOrder(api, { banner: 'bay' });
    await closeCase(api.pool, closed, new Date());
    await reopenCase(api.pool, {
      transactionId: refused ?? '',
      banner: 'bay',
      action: 'process',
      omsStatus: 422,
      round: 1,
      dueAt: inHours(1),
      now: new Date(),
    });
    const listed = async (query: string) =>
      (await page(`banner=bay&${query}`)).cases.map((found) => found.transactionId).toSorted();
    const ids = (...names: (string | undefined)[]) => names.map(String).toSorted();
    expect(await listed('')).toEqual(ids(plain, urgent, overdue, refused, closed));
    expect(await listed('status=closed')).toEqual([closed]);
    expect(await listed('status=open')).toEqual(ids(plain, urgent, overdue, refused));
    expect(await listed('priority=high')).toEqual([urgent]);
    expect(await listed('priority=high&status=closed')).toEqual([]);
    expect(await listed('reason=oms_rejected')).toEqual([refused]);
    const now = encodeURIComponent(new Date().toISOString());
    expect(await listed(`dueBefore=${now}`)).toEqual([overdue]);
    const [late] = (await page(`banner=bay&dueBefore=${now}`)).cases;
    expect(late).toMatchObject({ overdue: true, transactionStatus: 'in_review', round: 0 });
    const [again] = (await page('reason=oms_rejected')).cases;
    expect(again).toMatchObject({ omsStatus: 422, round: 1, transactionStatus: 'oms_rejected' });
  });
});

describe('GET /v1/cases answers 400', () => {
  it.each([
    ['banner=xyz', 'invalid_enum', '$.banner'],
    ['status=pending', 'invalid_enum', '$.status'],
    ['priority=', 'invalid_enum', '$.priority'],
    ['reason=x', 'invalid_enum', '$.reason'],
    ['limit=0', 'invalid_value', '$.limit'],
    ['limit=201', 'invalid_value', '$.limit'],
    ['limit=-1', 'invalid_value', '$.limit'],
    ['limit=ten', 'invalid_value', '$.limit'],
    ['dueBefore=tomorrow', 'invalid_value', '$.dueBefore'],
    ['dueBefore=2026-02-30T00:00:00Z', 'invalid_value', '$.dueBefore'],
    ['cursor=', 'invalid_value', '$.cursor'],
    ['cursor=nonsense', 'invalid_value', '$.cursor'],
    [`cursor=${'x'.repeat(501)}`, 'invalid_value', '$.cursor'],
    [`cursor=${Buffer.from('{"dueAt":"x","id":"y"}').toString('base64url')}`, 'invalid_value', ''],
    [`cursor=${Buffer.from('null').toString('base64url')}`, 'invalid_value', '$.cursor'],
  ])('to %s', async (query, code, path) => {
    const reply = await get(`/v1/cases?${query}`);
    expect(faultOf(reply)).toEqual([400, code]);
    expect(reply.text).toContain(path);
  });
});

describe('GET /v1/cases/{id}', () => {
  it('answers 200 with all that a reviewer needs, and the other groups of the order', async () => {
    const orderId = `T-groups-${Date.now()}`;
    const id = await seedOrder(api, { orderId, groupId: '1' });
    const other = await seedOrder(api, { orderId, groupId: '2', outcome: 'accept' });
    const found = (await page('limit=200')).cases.find((one) => one.transactionId === id);
    const reply = await get(`/v1/cases/${found?.caseId}`);
    const detail = CaseDetail.parse(reply.json);
    expect(detail).toMatchObject({ ...found, decision: { crossReference: found?.caseId } });
    expect(detail.transaction['creditCard']).toMatchObject({
      cardNumber: '411111******1111',
      authCode: '',
    });
    expect(detail.sameOrder).toEqual([{ transactionId: other, groupId: '2', status: 'settling' }]);
    expect((await get(`/v1/cases/${found?.caseId.toUpperCase()}`)).status).toBe(200);
    const again = CaseDetail.parse((await get(`/v1/cases/${found?.caseId}`)).json);
    expect(again.timeline.map((entry) => [entry.action, entry.actor])).toContainEqual([
      'case.read',
      'reviewer:local',
    ]);
  });

  it.each(['00000000-0000-0000-0000-000000000000', 'x', '%00', '1;drop table cases'])(
    'answers 404 not_found to %s',
    async (id) => {
      expect(faultOf(await get(`/v1/cases/${id}`))).toEqual([404, 'not_found']);
    },
  );
});

describe('GET /v1/transactions', () => {
  it('answers 200 with every group of the order, or the one asked for, or none', async () => {
    const orderId = `T-ä/${Date.now()}`;
    const ids = [
      await seedOrder(api, { orderId, groupId: 'one' }),
      await seedOrder(api, { orderId, groupId: 'two' }),
    ];
    const find = async (query: Record<string, string>) => {
      const search = new URLSearchParams({ banner: 's5a', orderId, ...query });
      const reply = await get(`/v1/transactions?${search.toString()}`, 'oms');
      return TransactionPage.parse(reply.json).transactions.map((found) => found.transactionId);
    };
    expect((await find({})).toSorted()).toEqual(ids.toSorted());
    expect(await find({ groupId: 'two' })).toEqual([ids[1]]);
    expect(await find({ banner: 'bay' })).toEqual([]);
    expect(await find({ orderId: `${orderId}0` })).toEqual([]);
  });

  it.each([
    ['', ['missing_field', 'missing_field']],
    ['banner=s5a', ['missing_field']],
    ['orderId=1', ['missing_field']],
    ['banner=x&orderId=1', ['invalid_enum']],
    ['banner=s5a&orderId=', ['invalid_value']],
    ['banner=s5a&orderId=%00', ['invalid_value']],
    ['banner=s5a&orderId=1&groupId=%00', ['invalid_value']],
    [`banner=s5a&orderId=${'x'.repeat(65)}`, ['invalid_value']],
  ])('answers 400 to "%s"', async (query, codes) => {
    expect(faultOf(await get(`/v1/transactions?${query}`, 'oms'))).toEqual([400, ...codes]);
  });
});
