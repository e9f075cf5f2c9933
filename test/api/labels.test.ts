import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiErrors } from '../../contracts/errors.js';
import { LabelPerformance } from '../../contracts/v1/label-performance.js';
import {
  ImportReport,
  Label,
  LabelHistory,
  LabelPage,
  LabelResults,
  importLinesMax,
  statementsMax,
} from '../../contracts/v1/labels.js';
import { listAudit } from '../../db/audit.js';
import type { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

type Key = keyof typeof keys;

const get = (path: string, key: Key = 'analyst') => api.ask(path, { key });
const post = (body: unknown, { query = '' } = {}) =>
  api.ask(`/v1/labels${query}`, { method: 'POST', key: 'analyst', body: JSON.stringify(body) });
const upload = (body: string, type = 'text/csv', query = '') =>
  api.ask(`/v1/labels/import${query}`, {
    method: 'POST',
    key: 'analyst',
    body,
    headers: { 'content-type': type },
  });

const resultsOf = (reply: Awaited<ReturnType<typeof post>>) => {
  expect(reply.status, reply.text).toBe(200);
  return LabelResults.parse(reply.json).results;
};

const messagesOf = (reply: Awaited<ReturnType<typeof post>>) => {
  expect(reply.status).toBe(400);
  return ApiErrors.parse(reply.json).map(({ error, message }) => `${error}: ${message}`);
};

const historyOf = async (id: string, key: Key = 'analyst') =>
  LabelHistory.parse((await get(`/v1/transactions/${id}/labels`, key)).json);

const countLabels = async (): Promise<number> => {
  const { rows } = await api.pool.query<{ n: number }>('select count(*)::integer n from labels');
  return rows[0]?.n ?? -1;
};

describe('POST /v1/labels', () => {
  it('accepts one statement, or many, and answers each at its index', async () => {
    const [one, two] = [await seedOrder(api), await seedOrder(api)];
    const [single] = resultsOf(await post({ kind: 'fraud', transactionId: one }));
    expect(single).toMatchObject({ result: 'taken', label: { kind: 'fraud', isCurrent: true } });
    const many = [
      { kind: 'fraud', transactionId: one },
      { kind: 'good', banner: 'bay', orderId: randomUUID() },
      { kind: 'good', transactionId: two },
    ];
    const results = resultsOf(await post(many));
    expect(results.map(({ result }) => result)).toEqual(['repeated', 'unmatched', 'taken']);
    expect(single?.label).toMatchObject({ saidBy: 'analyst:local', source: 'api' });
  });

  it('refuses all for one fault and names its index, never its value', async () => {
    const transactionId = await seedOrder(api);
    const before = await countLabels();
    const pan = '4111111111111111';
    const faulty = [
      { kind: 'fraud', transactionId },
      { kind: pan, transactionId },
      { kind: 'chargeback', transactionId, currency: 'USD', date: '2026-11-20' },
      { kind: 'good', last4: pan, amount: 1, currency: 'USD', date: '2026-11-20' },
    ];
    const reply = await post(faulty);
    expect(messagesOf(reply)).toEqual([
      'invalid_enum: $[1].kind must be one of: fraud, chargeback, dispute, refunded_as_fraud, good',
      'missing_field: $[2].amount is required for a chargeback and with last4',
      'invalid_value: $[3].last4 must be four digits',
    ]);
    expect(reply.text).not.toContain(pan);
    const unknown = await post([
      { kind: 'fraud', transactionId },
      { kind: 'fraud', transactionId: 'tx_none' },
    ]);
    expect(messagesOf(unknown)).toEqual([
      'unknown_transaction: $[1].transactionId is of no transaction',
    ]);
    const single = await post({ kind: 'fraud', transactionId: 'tx_none' });
    expect(messagesOf(single)).toEqual([
      'unknown_transaction: $.transactionId is of no transaction',
    ]);
    expect(await countLabels()).toBe(before);
  });

  it('refuses no statement, too many, and a number of days that is out of bounds', async () => {
    expect(faultOf(await post([]))).toEqual([400, 'invalid_value']);
    const many = Array.from({ length: statementsMax + 1 }, () => ({ kind: 'good' }));
    const begin = 'invalid_value: $ must have at most 1000 elements';
    expect(messagesOf(await post(many.map((one) => ({ ...one, transactionId: 'x' }))))).toEqual([
      begin,
    ]);
    for (const days of ['15', '-1', 'x']) {
      const reply = await post({ kind: 'good' }, { query: `?matchDays=${days}` });
      expect(faultOf(reply)).toEqual([400, 'invalid_value']);
    }
  });

  it('finds an order by what a chargeback carries, within the requested days', async () => {
    const id = await seedOrder(api, { banner: 'o5a' });
    await api.pool.query('update order_history set amount = 4242.42 where transaction_id = $1', [
      id,
    ]);
    const date = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    const named = { kind: 'chargeback', last4: '1111', amount: 4242.42, currency: 'USD', date };
    expect(resultsOf(await post(named))).toEqual([{ result: 'unmatched' }]);
    const [found] = resultsOf(await post(named, { query: '?matchDays=6' }));
    expect(found).toMatchObject({ result: 'taken', label: { transactionId: id, banner: 'o5a' } });
  });
});

describe('GET /v1/transactions/{transactionId}/labels', () => {
  it.each(['analyst', 'reviewer', 'operator'] as const)('shows the history to %s', async (key) => {
    const id = await seedOrder(api);
    expect(await historyOf(id, key)).toEqual({ current: null, labels: [] });
    await post({ kind: 'fraud', transactionId: id });
    await post({ kind: 'good', transactionId: id });
    const { current, labels } = await historyOf(id, key);
    expect(labels.map(({ kind }) => kind)).toEqual(['good', 'fraud']);
    expect(current).toEqual(labels[0]);
  });

  it('answers 404 for a transaction that is not there', async () => {
    for (const id of ['tx_none', '%00']) {
      const reply = await get(`/v1/transactions/${id}/labels`);
      expect(faultOf(reply)).toEqual([404, 'unknown_transaction']);
    }
  });
});

describe('GET /v1/labels', () => {
  it('gives every statement once over its pages, the latest first, and filters', async () => {
    const since = new Date().toISOString();
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => seedOrder(api, { banner: 'lat' })));
    await post(ids.map((transactionId) => ({ kind: 'fraud', transactionId })));
    await post({ kind: 'good', transactionId: ids[0] });
    const seen: string[] = [];
    let cursor = '';
    do {
      const path = `/v1/labels?limit=2&banner=lat&from=${since}${cursor}`;
      const page = LabelPage.parse((await get(path)).json);
      expect(page.labels.length).toBeLessThanOrEqual(2);
      seen.push(...page.labels.map(({ kind, transactionId }) => `${kind} ${transactionId}`));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    const expected = [`good ${ids[0]}`, ...ids.toReversed().map((id) => `fraud ${id}`)];
    expect(seen).toEqual(expected);
    const count = async (query: string) =>
      LabelPage.parse((await get(`/v1/labels?${query}`)).json).labels.length;
    expect(await count(`banner=lat&kind=good`)).toBe(1);
    expect(await count(`banner=lat&to=${since}`)).toBe(0);
    expect(await count(`banner=bay`)).toBe(0);
  });

  it.each(['cursor=x', 'limit=0', 'limit=201', 'kind=bad', 'from=today', 'banner=x'])(
    'refuses %s',
    async (query) => {
      expect((await get(`/v1/labels?${query}`)).status).toBe(400);
    },
  );
});

describe('DELETE /v1/labels/{labelId}', () => {
  const withdraw = (id: string, reason: string | undefined, key: Key = 'analyst') =>
    api.ask(`/v1/labels/${id}${reason === undefined ? '' : `?reason=${reason}`}`, {
      method: 'DELETE',
      key,
    });

  it('keeps the statement with the reason; a repeat changes nothing', async () => {
    const transactionId = await seedOrder(api);
    const [said] = resultsOf(await post({ kind: 'fraud', transactionId }));
    const id = said?.label?.labelId ?? '';
    const first = Label.parse((await withdraw(id, 'typing%20mistake')).json);
    expect(first.withdrawn).toMatchObject({ by: 'analyst:local', reason: 'typing mistake' });
    expect(Label.parse((await withdraw(id, 'other')).json)).toEqual(first);
    expect(await historyOf(transactionId)).toEqual({ current: null, labels: [first] });
  });

  it('wants a reason and a label that is there', async () => {
    expect(faultOf(await withdraw(randomUUID(), undefined))).toEqual([400, 'missing_field']);
    expect(faultOf(await withdraw(randomUUID(), '%20'))).toEqual([400, 'invalid_value']);
    expect(faultOf(await withdraw(randomUUID(), 'x'))).toEqual([404, 'not_found']);
    expect(faultOf(await withdraw('import', 'x'))).toEqual([404, 'not_found']);
  });
});

describe('CSV', () => {
  it('an import answers each line, and an export can be imported again', async () => {
    const orderId = `T-${randomUUID()}`;
    const id = await seedOrder(api, { orderId });
    const text = `kind,banner,order_id,reason\r\nfraud,s5a,${orderId},"=1+1, told"\r\nbad,,,\r\n`;
    const report = ImportReport.parse((await upload(text)).json);
    expect(report).toMatchObject({ taken: 1, wrong: 1 });
    expect(report.lines).toMatchObject([
      { line: 2, result: 'taken', transactionId: id },
      { line: 3, result: 'wrong', faults: [{ column: 'kind' }] },
    ]);
    const reply = await get('/v1/labels.csv', 'operator');
    expect(reply.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(reply.text).toContain(`fraud,${id},s5a,${orderId},1,,,,"'=1+1, told",`);
    const again = ImportReport.parse((await upload(reply.text)).json);
    expect(again).toMatchObject({ taken: 0, repeated: again.lines.length });
    const filtered = await get('/v1/labels.csv?to=2020-01-01T00:00:00Z');
    expect(filtered.text.split('\r\n')).toHaveLength(2);
    const audit = await listAudit(api.pool, 'labels');
    const details = { taken: 1, wrong: 1 };
    expect(audit[0]).toMatchObject({ action: 'labels.imported', details });
  });

  it('is refused as a whole for its media type, its header, or its length', async () => {
    expect(faultOf(await upload('kind\n', 'application/json'))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(messagesOf(await upload(''))).toEqual(['invalid_value: $ must have a header']);
    const secret = '4111111111111111';
    const unknown = await upload(`kind,${secret}\n`);
    const known = 'known are kind, transaction_id, banner, ';
    expect(messagesOf(unknown)).toEqual([
      expect.stringContaining(`invalid_value: $ has an unknown column: column 2; ${known}`),
    ]);
    expect(unknown.text).not.toContain(secret);
    expect(messagesOf(await upload('kind,notes\n'))).toEqual([
      expect.stringContaining(`$ has an unknown column: "notes" (column 2); ${known}`),
    ]);
    const lines = (count: number) => `kind,transaction_id\n${'good,x\n'.repeat(count)}`;
    expect(faultOf(await upload(lines(importLinesMax + 1)))).toEqual([400, 'invalid_value']);
    const largest = ImportReport.parse((await upload(lines(importLinesMax))).json);
    expect(largest.unmatched).toBe(importLinesMax);
  });
});

describe('GET /v1/labels/performance', () => {
  it('measures by rule, outcome, month and rule set', async () => {
    const id = await seedOrder(api);
    await post({ kind: 'fraud', transactionId: id });
    const day = (days: number) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    for (const by of ['rule', 'outcome', 'month', 'rule_set']) {
      const path = `/v1/labels/performance?from=${day(-1)}&to=${day(2)}&by=${by}&banner=s5a`;
      const answer = LabelPerformance.parse((await get(path, 'reviewer')).json);
      expect(answer).toMatchObject({ by, banner: 's5a', rule: null });
      expect(answer.rows.length > 0).toBe(by !== 'rule');
    }
  });

  it.each([
    'from=2026-11-01&to=2026-12-01',
    'from=2026-11-01&by=rule',
    'from=2026-12-01&to=2026-12-01&by=rule',
    'from=2025-11-01&to=2026-12-01&by=rule',
    'from=2026-11-01&to=2026-12-01&by=rule&rule=R1',
    'from=2026-11-31&to=2026-12-01&by=rule',
  ])('refuses %s', async (query) => {
    expect((await get(`/v1/labels/performance?${query}`)).status).toBe(400);
  });
});
