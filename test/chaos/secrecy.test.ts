import { readFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { decided, giveVerdict, reaches } from '../support/flows.js';
import { createLeakScan } from '../support/leak-scan.js';
import { order } from '../support/orders.js';
import { makeForgetfulRules } from '../support/rules-file.js';
import { type Reply, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

const visa = '4111111111111111';
const amex = '378282246310005';
/** Four digits occur everywhere by chance, so the search for the short CVV is for a JSON string. */
const cardSecrets = [visa, amex, '83059172', '"8305"'];
const email = 'zephyrine.quackenbush@larkspur.example';
const personalSecrets = [email, 'quackenbush', 'Quackenbush', 'Zephyrine', '7731 Larkspur Hollow'];

const { History } = proto.temporal.api.history.v1;

let stack: Stack;
/** Every answer whose text must name no value. */
const replies: Reply[] = [];

const address = {
  name: 'Zephyrine Quackenbush',
  streetLineOne: '7731 Larkspur Hollow Rd',
  city: 'Evanston',
};
const visaCard = { cardNumber: visa, authCode: '83059172', nameOnCard: address.name };
const amexCard = { cardType: 'amex', cardNumber: '3782 822463 10005', authCode: '8305' };

const personalOrder = (tags = '', creditCard: Json = visaCard, overrides: Json = {}): Json => {
  const body = order({
    ...overrides,
    creditCard: { billingAddress: address, ...creditCard },
    customer: {
      firstName: 'Zephyrine',
      lastName: 'Quackenbush',
      emailAddress: email.replace('@', `${tags}@`),
    },
  });
  const items = (body['items'] as Json[]).map((item) => ({
    ...item,
    description: `gift card ${visa}`,
    shippingAddress: { ...(item['shippingAddress'] as Json), ...address },
  }));
  return { ...body, items };
};

const post = async (body: unknown, status: number) => {
  const reply = await stack.post('/transaction', body);
  expect(reply.status, reply.text).toBe(status);
  replies.push(reply);
};

const remarks = `${email} called from 7731 Larkspur Hollow and read ${visa}, 3782-822463-10005`;

/** What a reviewer does at the desk, with the texts that people write there. */
const workOn = async (caseId: string) => {
  const act = async (path: string, body: unknown, status = 200) => {
    const reply = await stack.post(`/v1/cases/${path}`, body, 'reviewer');
    expect(reply.status, reply.text).toBe(status);
    return reply;
  };
  const verdict = { recommendationCode: 'reject', reasonCode: 'stolen_card', remarks };
  await act(`${caseId}/notes`, { text: remarks }, 201);
  await act(`${caseId}/escalation`, { reason: remarks });
  await act(`${caseId}/claim`, { takeOverReason: remarks });
  await act(`${caseId}/hold`, { until: '2099-01-01T00:00:00Z', reason: remarks });
  await act(`${caseId}/decision`, verdict, 202);
  replies.push(
    await act('search', { text: email }),
    await act('search', { text: visa }),
    await act(`${caseId}/tags`, { tag: visa }, 400),
    await act(`${caseId}/list-entries`, { list: email, subjects: [visa], reason: remarks }, 400),
    await stack.post('/v1/queue-views', { name: 'x', query: `who=${visa}` }, 'reviewer'),
    await stack.remove(`/v1/cases/${caseId}/tags/${visa}`, 'reviewer'),
  );
};

const runGoodOrders = async () => {
  const accepted = personalOrder();
  await decided(stack, accepted);
  const rejected = personalOrder('+yleo-declined', amexCard);
  await decided(stack, rejected);
  const reviewed = [personalOrder('+sardine-high'), personalOrder('+yleo-review', amexCard)];
  for (const body of reviewed) {
    const { transactionId, crossReference } = await decided(stack, body);
    await workOn(String(crossReference));
    const reply = await giveVerdict(stack, transactionId, 'accept', remarks);
    expect(reply.status).toBe(200);
  }
  await Promise.all([accepted, ...reviewed].map((body) => reaches(stack, body, 'processed')));
  await reaches(stack, rejected, 'cancelled');
};

const runFaults = async () => {
  await stack.setFault('oms', { sequence: [{ status: 500 }, { status: 422 }] });
  const refused = personalOrder();
  await decided(stack, refused);
  await reaches(stack, refused, 'oms_rejected');
  await stack.setFault('sardine', { body: 'html' });
  await stack.setFault('yleo', { connection: 'reset' });
  await decided(stack, personalOrder('', amexCard));
  await stack.setFault('sardine', undefined);
  await stack.setFault('yleo', undefined);
};

const runBadInput = async () => {
  const good = personalOrder();
  for (const wrong of [
    { ...good, orderId: visa },
    { ...good, groupId: amex, creditCard: { ...visaCard, cardNumber: amex } },
    { ...good, currencyCode: visa },
    { ...good, banner: email },
    { ...good, orderTotal: visa },
    { ...good, lastModifiedDate: amex },
    { ...good, [visa]: { [email]: visa }, items: visa },
    { ...good, customer: { ...(good['customer'] as Json), emailAddress: visa } },
    { ...good, creditCard: { cardNumber: `${visa}9`, authCode: '83059172', cardType: visa } },
    { ...good, additionalData: { inAuthId: email } },
    `{"creditCard":{"cardNumber":"${visa}","authCode":"83059172"`,
  ]) {
    await post(wrong, 400);
  }
  replies.push(
    await stack.post('/decision', { transactionId: visa, recommendationCode: email }),
    await stack.get(`/transaction/${visa}?email=${encodeURIComponent(email)}`),
    await stack.get(`/v1/cases?cursor=${visa}`, 'reviewer'),
    await stack.get(`/v1/cases/${visa}`, 'reviewer'),
  );
};

const workflows = async () => {
  const query = `TaskQueue = "${String(stack.env['TEMPORAL_TASK_QUEUE'])}"`;
  await until('all runs are listed', async () => {
    const orders = `${query} and WorkflowType = "screenTransaction"`;
    const { count } = await stack.temporal.workflow.count(orders);
    return count >= 5;
  });
  return stack.temporal.workflow.list({ query });
};

beforeAll(async () => {
  // One person with two cards orders many times here, which is not what this test is about.
  const rules = makeForgetfulRules();
  stack = await startStack({ LOG_LEVEL: 'trace', VERDICT_RULES: rules.path }).finally(rules.remove);
  await runGoodOrders();
  await runFaults();
  await runBadInput();
});

afterAll(() => stack?.stop());

describe('after orders of every kind, card data and personal data are nowhere in clear', () => {
  const scan = createLeakScan([...cardSecrets, ...personalSecrets]);

  it('no column of any table holds them', async () => {
    const { rows: tables } = await stack.db.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    expect(tables.length).toBeGreaterThan(7);
    for (const { name } of tables) {
      const { rows } = await stack.db.query<Json>(`select * from "${name}"`);
      for (const [column, value] of rows.flatMap((row) => Object.entries(row))) {
        const content = Buffer.isBuffer(value) ? value : (JSON.stringify(value) ?? '');
        scan.add(`${name}.${column}`, content);
      }
    }
    expect(scan.scannedBytes()).toBeGreaterThan(20_000);
    expect(scan.leaks()).toEqual([]);
  });

  it('no workflow history, id or search attribute holds them', async () => {
    let runs = 0;
    for await (const run of await workflows()) {
      const handle = stack.temporal.workflow.getHandle(run.workflowId, run.runId);
      const history = await handle.fetchHistory();
      scan.add(`history ${run.workflowId}`, History.encode(history).finish());
      scan.add(`attributes ${run.workflowId}`, JSON.stringify(run.typedSearchAttributes.getAll()));
      scan.add('workflow id', run.workflowId);
      runs += 1;
    }
    expect(runs).toBeGreaterThanOrEqual(6);
    expect(scan.leaks()).toEqual([]);
  });

  it('the files of the Temporal server do not hold them, though they hold these orders', () => {
    const control = createLeakScan([String(stack.env['TEMPORAL_TASK_QUEUE'])]);
    for (const suffix of ['', '-wal']) {
      const bytes = readFileSync(`${inject('temporalDbFile')}${suffix}`);
      scan.add(`temporal.db${suffix}`, bytes);
      control.add(`temporal.db${suffix}`, bytes);
    }
    expect(control.leaks()).not.toEqual([]);
    expect(scan.leaks()).toEqual([]);
  });

  it('no line that API or worker printed holds them, at the chattiest level', () => {
    expect(stack.printed().length).toBeGreaterThan(20);
    scan.add('log', stack.printed().join('\n'));
    expect(scan.leaks()).toEqual([]);
  });

  it('no metric and no answer to a bad request holds them', async () => {
    scan.add('api metrics', (await stack.get('/metrics', 'operator')).text);
    const worker = await fetch(`http://127.0.0.1:${String(stack.env['METRICS_PORT'])}/metrics`);
    scan.add('worker metrics', await worker.text());
    expect(replies.length).toBeGreaterThan(10);
    for (const reply of replies) scan.add(`answer ${reply.status}`, reply.text);
    expect(scan.leaks()).toEqual([]);
  });
});

describe('what partners and OMS are sent', () => {
  it.each(['sardine', 'yleo', 'oms'])('%s never gets a card number or a CVV', async (partner) => {
    const scan = createLeakScan(cardSecrets);
    const calls = await stack.calls(partner);
    expect(calls.length).toBeGreaterThan(4);
    for (const call of calls) scan.add(call.path, JSON.stringify(call));
    expect(scan.leaks()).toEqual([]);
  });
});

describe('the scan itself', () => {
  const encodings: [string, (secret: string) => string | Buffer][] = [
    ['clear', (secret) => secret],
    ['base64', (secret) => Buffer.from(secret).toString('base64')],
    ['base64 after one byte', (secret) => Buffer.from(`x${secret}y`).toString('base64')],
    ['base64 after two bytes', (secret) => Buffer.from(`xx${secret}yy`).toString('base64')],
    ['base64url after one byte', (secret) => Buffer.from(`x${secret}y`).toString('base64url')],
    ['hex', (secret) => Buffer.from(secret).toString('hex')],
    ['HEX', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['URL-encoded', (secret) => encodeURIComponent(secret)],
    ['percent signs', (secret) => Buffer.from(secret).toString('hex').replaceAll(/../g, '%$&')],
    ['UTF-16LE', (secret) => Buffer.from(secret, 'utf16le')],
    ['reversed', (secret) => secret.split('').toReversed().join('')],
    ['spaces', (secret) => secret.replaceAll(/(.{4})(?=.)/g, '$1 ')],
    ['dashes', (secret) => secret.replaceAll(/(.{4})(?=.)/g, '$1-')],
  ];
  const noise = Buffer.from('{"orderId":"T-1","total":187.45} ');

  it.each(encodings)('finds every secret planted in %s', (_form, encode) => {
    for (const secret of [...cardSecrets, ...personalSecrets]) {
      const scan = createLeakScan([secret]);
      scan.add('noise', noise);
      expect(scan.leaks()).toEqual([]);
      scan.add('planted', Buffer.concat([noise, Buffer.from(encode(secret)), noise]));
      expect(scan.leaks()[0]).toMatchObject({ where: 'planted', secret });
    }
  });
});
