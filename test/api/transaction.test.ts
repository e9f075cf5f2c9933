import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decision } from '../../contracts/hbc/decision.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, type Ask, askAt, startApi } from './server.js';

let stack: Stack;
/** An API without a worker. */
let alone: Api;

beforeAll(async () => {
  [stack, alone] = await Promise.all([startStack(), startApi()]);
});

afterAll(() => Promise.all([stack?.stop(), alone?.stop()]));

const send = (body: Ask['body'], headers?: Record<string, string>) =>
  askAt(stack.url)('/transaction', {
    method: 'POST',
    key: 'oms',
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
  });

const storedOrders = async () => {
  const { rows } = await stack.db.query('select count(*)::int as orders from transactions');
  return (rows as { orders: number }[])[0]?.orders;
};

describe('POST /transaction answers 200', () => {
  it('with a Decision as published, and has the status decided', async () => {
    const reply = await send(JSON.stringify(order()));
    expect(reply.status).toBe(200);
    expect(Decision.strict().parse(reply.json)).toMatchObject({ recommendationCode: 'accept' });
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.headers.get('x-transaction-status')).toBe('decided');
    expect(reply.headers.get('idempotent-replayed')).toBeNull();
  });

  it('with a case number for a review, and has the status in review', async () => {
    const reply = await send(JSON.stringify(order({}, '+sardine-high')));
    expect(Decision.required().parse(reply.json)).toMatchObject({ recommendationCode: 'review' });
    expect(reply.headers.get('x-transaction-status')).toBe('in_review');
  });

  it.each([
    ['application/json; charset=utf-8'],
    ['application/vnd.oms.order+json'],
    ['Application/JSON'],
  ])('to a body of type %s', async (type) => {
    expect((await send(JSON.stringify(order()), { 'content-type': type })).status).toBe(200);
  });

  it('to a body without a content type', async () => {
    const reply = await fetch(`${stack.url}/transaction`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-key-oms' },
      body: new TextEncoder().encode(JSON.stringify(order())),
    });
    expect(reply.status).toBe(200);
  });

  it('to the largest order the contract allows', async () => {
    const [item] = order()['items'] as object[];
    const items = Array.from({ length: 500 }, () => item);
    expect((await send(JSON.stringify(order({ items })))).status).toBe(200);
  });
});

describe('POST /transaction answers 400', () => {
  it.each([
    ['no body', undefined],
    ['an empty body', ''],
    ['half a body', '{"orderId":'],
    ['two bodies', '{}{}'],
    ['a trailing comma', '{"orderId":"1",}'],
    ['a comment', '{} // order'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00])],
  ])('invalid_json to %s', async (_what, body) => {
    expect(faultOf(await send(body))).toEqual([400, 'invalid_json']);
  });

  it('one element a fault, and neither stores nor asks anybody', async () => {
    const before = await storedOrders();
    const reply = await send(JSON.stringify(order({ orderTotal: null, currencyCode: 'dollars' })));
    expect(faultOf(reply)).toEqual([400, 'missing_field', 'invalid_currency']);
    expect(await storedOrders()).toBe(before);
  });

  it('and never repeats what was sent: it may be a card number', async () => {
    const pan = '4111111111111111';
    const body = order({ orderId: pan, banner: pan, creditCard: { cardNumber: `${pan}x` } });
    const reply = await send(JSON.stringify(body));
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain('4111');
    expect(stack.printed().join('\n')).not.toContain('4111');
  });

  it('transaction_conflict to the same order with other content', async () => {
    const body = order();
    await send(JSON.stringify(body));
    const other = await send(JSON.stringify({ ...body, shippingCost: 1 }));
    expect(faultOf(other)).toEqual([400, 'transaction_conflict']);
  });

  it('transaction_conflict to bytes that were answered, when other content is stored now', async () => {
    const [one, other] = [order(), order()];
    const answers = [await send(JSON.stringify(one)), await send(JSON.stringify(other))];
    const ids = answers.map(({ json }) => Decision.parse(json).transactionId);
    await stack.db.query(
      `update transactions t set content_hash = other.content_hash from transactions other
        where t.transaction_id = $1 and other.transaction_id = $2`,
      ids,
    );
    expect(faultOf(await send(JSON.stringify(one)))).toEqual([400, 'transaction_conflict']);
  });

  it('to text nested 200,000 levels deep, and lives on', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(faultOf(await send(deep))).toEqual([400, 'invalid_value']);
    expect(faultOf(await send(`{"items":${deep}}`))[0]).toBe(400);
    expect((await send(JSON.stringify(order()))).status).toBe(200);
  });
});

describe('POST /transaction answers 413', () => {
  const padded = (bytes: number) => {
    const body = JSON.stringify(order());
    return body + ' '.repeat(bytes - body.length);
  };

  it('to one byte over 1 MB, and 200 to 1 MB', async () => {
    expect((await send(padded(1_048_576))).status).toBe(200);
    expect(faultOf(await send(padded(1_048_577)))).toEqual([413, 'payload_too_large']);
  });

  it('and ends the connection, so that no other request is lost on it', async () => {
    const refused = await send(padded(3_000_000));
    expect(refused.headers.get('connection')).toBe('close');
    expect((await send('{}')).status).toBe(400);
  });

  it('to a stream without a content length', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: 'Bearer test-key-oms', 'content-type': 'application/json' };
      const sent = request(`${stack.url}/transaction`, { method: 'POST', headers, agent: false });
      sent.once('response', (response) => resolve(response.resume().statusCode));
      sent.once('error', reject);
      for (let chunks = 0; chunks < 5; chunks += 1) sent.write(' '.repeat(300_000));
      sent.end();
    });
    expect(status).toBe(413);
  });
});

describe('POST /transaction answers 415', () => {
  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'text/json5'])(
    'to %s',
    async (type) => {
      const reply = await send(JSON.stringify(order()), { 'content-type': type });
      expect(faultOf(reply)).toEqual([415, 'unsupported_media_type']);
    },
  );
});

describe('POST /transaction answers 503', () => {
  it('when no worker decides in time; the order is stored, and a repeat stays the same request', async () => {
    const body = JSON.stringify(order());
    const ask = { method: 'POST', key: 'oms', body } as const;
    const startedMs = performance.now();
    const reply = await alone.ask('/transaction', ask);
    // Budget 100 ms and one second, and some for a busy machine.
    expect(performance.now() - startedMs).toBeLessThan(3000);
    expect(faultOf(reply)).toEqual([503, 'temporarily_unavailable']);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await alone.ask('/transaction', ask)).status).toBe(503);
    const { rows } = await alone.pool.query('select status from transactions');
    expect(rows).toEqual([{ status: 'deciding' }]);
    const { orderId } = JSON.parse(body) as { orderId: string };
    const found = await alone.ask(`/v1/transactions?banner=s5a&orderId=${orderId}`, { key: 'oms' });
    expect(found.json).toMatchObject({ transactions: [{ status: 'deciding', answered: null }] });
  });
});

describe('GET /transaction/{id}', () => {
  it('answers 200 with the record: card masked, CVV empty, decision, answer and status', async () => {
    const body = order({}, '+sardine-high');
    const { transactionId } = (await send(JSON.stringify(body))).json as Decision;
    const reply = await stack.get(`/transaction/${transactionId}`);
    expect(reply.json).toMatchObject({
      transactionId,
      status: 'in_review',
      createdDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string,
      lastModifiedDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string,
      decision: { recommendationCode: 'review' },
      answered: { recommendationCode: 'review' },
    });
    const posted = JSON.parse(JSON.stringify(body)) as { creditCard: Record<string, unknown> };
    const number = String(posted.creditCard['cardNumber']);
    posted.creditCard['cardNumber'] = `${number.slice(0, 6)}******${number.slice(-4)}`;
    posted.creditCard['authCode'] = '';
    expect((reply.json as { transaction: unknown }).transaction).toEqual(posted);
  });

  it.each(['tx_0', 'x'.repeat(300), '%00', 'a%00b', '%ED%A0%80', '%zz', '..%2F..', '%F0%9F%98%80'])(
    'answers 404 unknown_transaction to %s',
    async (id) => {
      expect(faultOf(await stack.get(`/transaction/${id}`))).toEqual([404, 'unknown_transaction']);
    },
  );

  it('leaves an audit row for each read, with who read', async () => {
    const { transactionId } = (await send(JSON.stringify(order()))).json as Decision;
    await stack.get(`/transaction/${transactionId}`, 'reviewer');
    const { rows } = await stack.db.query(
      `select actor from audit where object = $1 and action = 'record.read'`,
      [transactionId],
    );
    expect(rows).toEqual([{ actor: 'reviewer:local' }]);
  });
});
