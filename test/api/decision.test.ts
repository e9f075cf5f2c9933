import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../contracts/hbc/decision.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { faultOf } from './errors.js';
import { type Api, askAt, startApi } from './server.js';

let stack: Stack;
/** An API without a worker. */
let alone: Api;

beforeAll(async () => {
  [stack, alone] = await Promise.all([startStack(), startApi()]);
});

afterAll(() => Promise.all([stack?.stop(), alone?.stop()]));

const screen = async (tags: string) => {
  const body = order({}, tags);
  const { transactionId } = (await stack.post('/transaction', body)).json as Decision;
  return { transactionId, orderId: String(body['orderId']) };
};

const decide = (
  transactionId: string,
  recommendationCode: string,
  key: 'oms' | 'reviewer' = 'oms',
) => stack.post('/decision', { transactionId, recommendationCode, totalScore: 0 }, key);

const settledAs = (transactionId: string, status: string) =>
  until(`the order is ${status}`, async () => {
    const { json } = await stack.get(`/transaction/${transactionId}`);
    return (json as { status: string }).status === status;
  });

const omsActions = async (orderId: string) =>
  (await stack.calls('oms'))
    .filter((call) => call.path.includes(`/${orderId}/`))
    .map((call) => call.path.split('/').at(-1));

describe('POST /decision answers 200', () => {
  it.each([
    ['oms', 'accept', 'processed', 'process'],
    ['reviewer', 'reject', 'cancelled', 'cancel'],
    ['admin', 'accept', 'processed', 'process'],
  ] as const)('to %s, with an empty body, and OMS acts', async (key, code, status, action) => {
    const { transactionId, orderId } = await screen('+sardine-high');
    const body = { transactionId, recommendationCode: code, totalScore: 0 };
    const reply = await stack.post('/decision', body, key);
    expect([reply.status, reply.text]).toEqual([200, '']);
    await settledAs(transactionId, status);
    expect(await omsActions(orderId)).toEqual([action]);
    const { rows } = await stack.db.query(
      'select source, reviewer from verdicts where transaction_id = $1',
      [transactionId],
    );
    expect(rows).toEqual([{ source: 'api', reviewer: `${key}:local` }]);
  });

  it('to the same verdict again, at once and after it was settled, with one OMS call', async () => {
    const { transactionId, orderId } = await screen('+yleo-review');
    const replies = await Promise.all([1, 2, 3].map(() => decide(transactionId, 'reject')));
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200]);
    await settledAs(transactionId, 'cancelled');
    expect((await decide(transactionId, 'reject', 'reviewer')).status).toBe(200);
    expect(await omsActions(orderId)).toEqual(['cancel']);
  });

  it('to an order decided without a reviewer, when the verdict is the same', async () => {
    const { transactionId } = await screen('+sardine-very_high');
    expect((await decide(transactionId, 'reject')).status).toBe(200);
    expect(faultOf(await decide(transactionId, 'accept'))).toEqual([400, 'decision_conflict']);
  });
});

describe('POST /decision answers 400', () => {
  it('decision_conflict to the opposite of what was decided', async () => {
    const { transactionId, orderId } = await screen('+sardine-high');
    await decide(transactionId, 'accept');
    expect(faultOf(await decide(transactionId, 'reject'))).toEqual([400, 'decision_conflict']);
    await settledAs(transactionId, 'processed');
    expect(faultOf(await decide(transactionId, 'reject'))).toEqual([400, 'decision_conflict']);
    expect(await omsActions(orderId)).toEqual(['process']);
  });

  it('to all but one of two reviewers with opposite verdicts at once', async () => {
    const { transactionId, orderId } = await screen('+sardine-high');
    const codes = ['accept', 'reject', 'accept', 'reject'] as const;
    const replies = await Promise.all(codes.map((code) => decide(transactionId, code)));
    const told = new Set(codes.filter((_code, index) => replies[index]?.status === 200));
    expect(told.size).toBe(1);
    const [winner] = told;
    await settledAs(transactionId, winner === 'accept' ? 'processed' : 'cancelled');
    expect(await omsActions(orderId)).toEqual([winner === 'accept' ? 'process' : 'cancel']);
  });

  it('unknown_transaction to an id that was never given', async () => {
    expect(faultOf(await decide('tx_never', 'accept'))).toEqual([400, 'unknown_transaction']);
  });

  it('invalid_value to review, and the case stays open', async () => {
    const { transactionId } = await screen('+sardine-high');
    expect(faultOf(await decide(transactionId, 'review'))).toEqual([400, 'invalid_value']);
    const { json } = await stack.get(`/transaction/${transactionId}`);
    expect(json).toMatchObject({ status: 'in_review' });
  });

  it.each([
    ['no JSON', 'accept', ['invalid_json']],
    ['an array', '[]', ['invalid_type']],
    ['nothing in it', '{}', ['missing_field', 'missing_field']],
    [
      'wrong fields',
      '{"transactionId":" ","recommendationCode":"no","totalScore":"x"}',
      ['invalid_value', 'invalid_enum', 'invalid_type'],
    ],
  ])('to a body with %s', async (_what, body, codes) => {
    expect(faultOf(await stack.post('/decision', body))).toEqual([400, ...codes]);
  });
});

describe('POST /decision answers 413 and 415', () => {
  const ask = (headers: Record<string, string>, body: string) =>
    askAt(stack.url)('/decision', { method: 'POST', key: 'reviewer', headers, body });

  it('to more than 1 MB and to what is not JSON', async () => {
    const large = await ask({}, JSON.stringify({ remarks: 'x'.repeat(1_100_000) }));
    expect(faultOf(large)).toEqual([413, 'payload_too_large']);
    const xml = await ask({ 'content-type': 'application/xml' }, '<decision/>');
    expect(faultOf(xml)).toEqual([415, 'unsupported_media_type']);
  });
});

describe('POST /decision answers 503', () => {
  it('with Retry-After while the order is still being decided', async () => {
    const body = JSON.stringify(order());
    await alone.ask('/transaction', { method: 'POST', key: 'oms', body });
    const { rows } = await alone.pool.query('select transaction_id as id from transactions');
    const [row] = rows as { id: string }[];
    const verdict = { transactionId: row?.id, recommendationCode: 'accept', totalScore: 0 };
    const reply = await alone.ask('/decision', {
      method: 'POST',
      key: 'reviewer',
      body: JSON.stringify(verdict),
    });
    expect(faultOf(reply)).toEqual([503, 'temporarily_unavailable']);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('remarks', () => {
  it('reach OMS and the record, with card numbers masked', async () => {
    const { transactionId, orderId } = await screen('+sardine-high');
    const remarks = 'Called about 4111 1111 1111 1111, all is well';
    await stack.post('/decision', { transactionId, recommendationCode: 'accept', remarks });
    await settledAs(transactionId, 'processed');
    const call = (await stack.calls('oms')).find((made) => made.path.includes(orderId));
    const said = (call?.body['decision'] as Decision | undefined)?.remarks ?? '';
    expect(said).toMatch(/^Called about 4111.*1111, all is well$/);
    expect(said.replaceAll(/[ -]/g, '')).not.toContain('4111111111111111');
    expect(stack.printed().join('\n')).not.toContain('Called about');
  });
});
