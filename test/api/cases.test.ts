import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CaseDetail,
  CasePage,
  type CaseSummary,
  TransactionPage,
} from '../../contracts/v1/cases.js';
import { raisePriority } from '../../db/cases.js';
import { insertPartnerAnswer } from '../../db/partner-answers.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { reopenCase } from '../../services/cases/rounds.js';
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

/** Closes the case of an order. */
const close = (transactionId: string) =>
  api.pool.query(
    `update cases set status = 'closed', closed_at = now() where transaction_id = $1`,
    [transactionId],
  );

/** Has OMS refuse an order that is settling, for the given reason. */
const refuse = (transactionId: string, omsReason: string | null, round = 1) =>
  reopenCase(
    { db: api.pool, vault: api.deps.vault, now: new Date() },
    {
      transactionId,
      banner: 'bay',
      action: 'process',
      omsStatus: 422,
      omsReason,
      round,
      dueAt: inHours(1),
    },
  );

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

describe('GET /v1/cases answers 200', () => {
  it('25 cases in pages of 10 come once each, soonest due first, also while others are opened', async () => {
    // Many fall due at the same instant: their order must be stable too.
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

  it('a last page that is exactly full is marked as the last', async () => {
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
    await close(closed);
    await refuse(refused ?? '', null);
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
    [`cursor=${'x'.repeat(501)}`, 'too_long', '$.cursor'],
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

describe('the detail of a case', () => {
  const detailOf = async (transactionId: string) => {
    const found = await api.pool.query<{ case_id: string }>(
      'select case_id from cases where transaction_id = $1',
      [transactionId],
    );
    const reply = await get(`/v1/cases/${found.rows[0]?.case_id}`);
    expect(reply.status, reply.text).toBe(200);
    return CaseDetail.parse(reply.json);
  };

  const settle = (transactionId: string) =>
    api.pool.query(`update transactions set status = 'settling' where transaction_id = $1`, [
      transactionId,
    ]);

  it("has OMS's reason, sealed in its row and in no list, audit row or other case", async () => {
    const reason = 'Dana Whitfield asked to hold it';
    const id = await seedOrder(api, { banner: 'bay', outcome: 'accept' });
    await refuse(id, reason);
    expect(await detailOf(id)).toMatchObject({ omsReason: reason, omsStatus: 422, round: 1 });
    expect((await get('/v1/cases?banner=bay&limit=200')).text).not.toContain('Whitfield');
    const { rows } = await api.pool.query<{ text: string; sealed: Buffer }>(
      `select row_to_json(c)::text || (select json_agg(a)::text from audit a) as text,
        oms_reason as sealed from cases c where transaction_id = $1`,
      [id],
    );
    expect(rows[0]?.sealed.length).toBeGreaterThan(reason.length);
    expect(rows[0]?.text).not.toContain('Whitfield');
    expect(rows[0]?.sealed.toString('latin1')).not.toContain('Whitfield');
    const other = await seedOrder(api, { outcome: 'accept' });
    await refuse(other, 'another');
    await api.pool.query('update cases set oms_reason = $2 where transaction_id = $1', [
      other,
      rows[0]?.sealed,
    ]);
    await expect(detailOf(other)).rejects.toThrow('500');
  });

  it('has the reason of the latest refusal, or none when that gave none', async () => {
    const id = await seedOrder(api, { outcome: 'accept' });
    await refuse(id, 'sold out');
    await settle(id);
    await refuse(id, 'sold out again', 2);
    expect(await detailOf(id)).toMatchObject({ omsReason: 'sold out again', round: 2 });
    await api.pool.query('update cases set round = 1 where transaction_id = $1', [id]);
    await expect(detailOf(id)).rejects.toThrow('500');
    await settle(id);
    await refuse(id, null, 3);
    expect(await detailOf(id)).toMatchObject({ omsReason: null, omsStatus: 422, round: 3 });
  });

  it('lists late answers of partners, without those that arrived in time', async () => {
    const id = await seedOrder(api, { isUrgent: true });
    expect((await detailOf(id)).lateAnswers).toEqual([]);
    const inTime = (await detailOf(id)).partnerAnswers;
    const late: PartnerAnswer = {
      kind: 'answered',
      partner: 'sardine',
      outcome: 'reject',
      label: 'very_high',
      priority: 'normal',
      evidence: { score: 97 },
      latencyMs: 210,
    };
    const [given] = inTime as unknown as PartnerAnswer[];
    const answeredAt = new Date();
    if (given !== undefined) await insertPartnerAnswer(api.pool, id, given, answeredAt);
    expect(await insertPartnerAnswer(api.pool, id, late, answeredAt)).toBe(true);
    expect(await insertPartnerAnswer(api.pool, id, late, inHours(1))).toBe(false);
    const detail = await detailOf(id);
    expect(detail.lateAnswers).toEqual([{ ...late, answeredAt: answeredAt.toISOString() }]);
    expect(detail.partnerAnswers).toEqual(inTime);
  });

  it('lists a late answer of a partner that did not answer in time', async () => {
    const id = await seedOrder(api);
    const silent = { kind: 'unavailable', partner: 'yleo', fault: 'timeout' };
    await api.pool.query('update decisions set partner_answers = $2 where transaction_id = $1', [
      id,
      JSON.stringify([silent]),
    ]);
    const late = { ...silent, kind: 'answered' } as unknown as PartnerAnswer;
    await insertPartnerAnswer(api.pool, id, late, new Date());
    expect((await detailOf(id)).lateAnswers).toMatchObject([{ partner: 'yleo' }]);
  });

  it('has the version of the policy under which it was decided, and who ended it', async () => {
    const id = await seedOrder(api);
    await api.pool.query('update decisions set policy_version = 7 where transaction_id = $1', [id]);
    await api.pool.query(
      `insert into verdicts (transaction_id, round, outcome, source, reviewer, decided_at)
        values ($1, 0, 'accept', 'partners', 'system', now())`,
      [id],
    );
    expect(await detailOf(id)).toMatchObject({
      policyVersion: 7,
      verdicts: [{ source: 'partners', outcome: 'accept' }],
    });
  });

  it('has high priority once it was raised; a case that is closed is left alone', async () => {
    const [id, other] = [await seedOrder(api), await seedOrder(api)];
    expect(await raisePriority(api.pool, id)).toBe(true);
    expect(await raisePriority(api.pool, id)).toBe(false);
    expect((await detailOf(id)).priority).toBe('high');
    await close(other);
    expect(await raisePriority(api.pool, other)).toBe(false);
    expect((await detailOf(other)).priority).toBe('normal');
  });
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
    [`banner=s5a&orderId=${'x'.repeat(65)}`, ['too_long']],
  ])('answers 400 to "%s"', async (query, codes) => {
    expect(faultOf(await get(`/v1/transactions?${query}`, 'oms'))).toEqual([400, ...codes]);
  });
});
