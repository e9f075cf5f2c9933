import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportReport, Label, LabelResults } from '../../contracts/v1/labels.js';
import { BacktestSummary } from '../../contracts/v1/backtests.js';
import { listAudit } from '../../db/audit.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi({
    backtests: { start: () => Promise.resolve(), cancel: () => Promise.resolve() },
  });
});

afterAll(() => api?.stop());

const post = (path: string, body: unknown) =>
  api.ask(path, { method: 'POST', key: 'analyst', body: JSON.stringify(body) });

const int4Max = 2_147_483_647;

/** Dates that exist in the calendar but cannot be the day of an order. */
const oddDays = ['0000-05-01', '0001-01-01', '1899-12-31'];

describe('a day of a label', () => {
  const byCard = { kind: 'fraud', last4: '1111', amount: 5, currency: 'USD' };
  const chargeback = { ...byCard, kind: 'chargeback', date: '2026-11-01' };

  it.each(oddDays)('is refused before 1900, wherever it stands: %s', async (day) => {
    const transactionId = await seedOrder(api);
    for (const [field, statement] of [
      ['date', { ...byCard, date: day }],
      ['orderDate', { ...byCard, orderDate: day }],
      ['orderDate', { ...chargeback, orderDate: day }],
      ['date', { kind: 'fraud', transactionId, date: day }],
    ] as const) {
      const reply = await post('/v1/labels', statement);
      expect(faultOf(reply)).toEqual([400, 'invalid_date']);
      expect(reply.text).toContain(`$.${field} must be a day of 1900 or later`);
    }
  });

  it.each(['1900-01-01', '2199-12-31', '9999-12-31'])('may be any later one: %s', async (date) => {
    const reply = await post('/v1/labels', { ...byCard, date });
    expect(LabelResults.parse(reply.json).results).toEqual([{ result: 'unmatched' }]);
  });

  it('that is invalid in one line of a file does not reject the others', async () => {
    const transactionId = await seedOrder(api);
    const header = 'kind,transaction_id,date';
    const reply = await api.ask('/v1/labels/import', {
      method: 'POST',
      key: 'analyst',
      body: `${header}\nfraud,${transactionId},0000-05-01\nfraud,${transactionId},\n`,
      headers: { 'content-type': 'text/csv' },
    });
    expect(reply.status, reply.text).toBe(200);
    expect(ImportReport.parse(reply.json)).toMatchObject({
      ...{ taken: 1, wrong: 1 },
      lines: [
        { line: 2, faults: [{ column: 'date' }] },
        { line: 3, result: 'taken' },
      ],
    });
  });
});

describe('a backtest', () => {
  const period = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' };
  const faultsOf = async (body: object) => faultOf(await post('/v1/backtests', body));

  it('names no version that its column cannot hold', async () => {
    expect(await faultsOf({ ...period, version: int4Max + 1 })).toEqual([400, 'invalid_value']);
    expect(await faultsOf({ ...period, version: 3_000_000_000 })).toEqual([400, 'invalid_value']);
    expect(await faultsOf({ ...period, version: int4Max })).toEqual([400, 'invalid_value']);
  });

  it.each(['a\u0000b', 'a\ud800b'])('has no text that no table can hold', async (remark) => {
    const text = `# ${remark}\n${api.deps.shippedRules.text}`;
    const reply = await post('/v1/backtests', { ...period, text });
    expect(faultOf(reply)).toEqual([400, 'invalid_value']);
    expect(reply.text).toContain('$.text must be well-formed text without NUL');
  });

  it.each([
    ['0000-01-01T00:00:00Z', '0000-02-01T00:00:00Z'],
    ['0000-01-01T00:00:00+14:00', '0000-02-01T00:00:00Z'],
    ['1899-12-31T00:00:00Z', '1900-02-01T00:00:00Z'],
    ['9999-12-01T00:00:00Z', '9999-12-31T23:59:59-14:00'],
  ])('has no period outside the years 1900 to 9999: %s', async (from, to) => {
    const reply = await post('/v1/backtests', { version: 0, from, to });
    expect(reply.status, reply.text).toBe(400);
    expect(reply.text).toContain('must be of the years 1900 to 9999');
  });
});

describe('a note on a change', () => {
  const written = 'asked by jane.doe@example.com at 192.0.2.7 for 4111 1111 1111 1111';
  const kept = 'asked by *@example.com at * for 411111*1111';

  it('is stored without mailboxes when a label is withdrawn', async () => {
    const transactionId = await seedOrder(api);
    const said = await post('/v1/labels', { kind: 'fraud', transactionId });
    const [first] = LabelResults.parse(said.json).results;
    const query = new URLSearchParams({ reason: written }).toString();
    const path = `/v1/labels/${first?.label?.labelId}?${query}`;
    const reply = await api.ask(path, { method: 'DELETE', key: 'analyst' });
    expect(Label.parse(reply.json).withdrawn?.reason).toBe(kept);
  });

  it('is stored without mailboxes when a backtest is started and cancelled', async () => {
    const period = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' };
    const begun = await post('/v1/backtests', { version: 0, ...period, note: written });
    const { backtestId, note } = BacktestSummary.parse(begun.json);
    expect(note).toBe(kept);
    const cancelled = await post(`/v1/backtests/${backtestId}/cancellation`, { note: written });
    expect(cancelled.status, cancelled.text).toBe(200);
    const audit = await listAudit(api.pool, `backtest:${backtestId}`);
    expect(audit.map(({ details }) => (details as { note: string }).note)).toEqual([kept, kept]);
  });
});
