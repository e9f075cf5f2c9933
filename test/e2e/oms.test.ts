import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseKeyring } from '../../runtime/keyring.js';
import { ensureLocalSecrets } from '../../runtime/local-secrets.js';
import { createPayloadCodec } from '../../runtime/payload-codec.js';
import { Secret } from '../../runtime/secret.js';
import {
  decided,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  withdraw,
  workflowIdOf,
} from '../support/flows.js';
import { createLeakScan } from '../support/leak-scan.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import type { Json } from '../support/transactions.js';
import { until } from '../support/until.js';

let stack: Stack;

const secrets = ensureLocalSecrets(inject('varDir'));
const codec = createPayloadCodec(parseKeyring(new Secret(secrets['PAYLOAD_KEYS'] ?? '')));

beforeAll(async () => {
  stack = await startStack();
});

afterEach(() => stack.setFault('oms', undefined));

afterAll(() => stack?.stop());

const metric = async (series: string): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${stack.env['METRICS_PORT']}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
};

const metricReaches = (series: string, value: number): Promise<boolean> =>
  until(`${series} is ${value}`, async () => (await metric(series)) === value);

const alarms = (code: string): Promise<number> => metric(`verdict_alarms_total{code="${code}"}`);

/** The times between two calls. */
const gapsMs = (calls: readonly { readonly atMs: number }[]) =>
  calls.slice(1).map((call, n) => call.atMs - (calls[n]?.atMs ?? 0));

interface Case {
  readonly status: string;
  readonly reason: string;
  readonly round: number;
  readonly omsStatus: number | null;
  readonly omsReason: string | null;
  readonly dueAt: string;
  readonly transactionStatus: string;
}

const caseOf = async (crossReference: string | undefined): Promise<Case> =>
  (await stack.get(`/v1/cases/${String(crossReference)}`, 'reviewer')).json as Case;

describe('while an API refuses new orders', () => {
  /** What an API does twice a second while it refuses some. */
  const refuseUntil = async (ended: Promise<unknown>): Promise<void> => {
    let isOver = false;
    void ended.finally(() => {
      isOver = true;
    });
    await until('it has ended', async () => {
      await stack.db.query(`select pg_notify('verdict_overload', '')`);
      return isOver;
    });
  };

  /** Polls that were under way when the wait began still take one order each. */
  const settledMeanwhile = async (): Promise<boolean> => {
    const body = order();
    await decided(stack, body);
    await pause(300);
    return (await omsCallsOf(stack, body)).length > 0;
  };

  const callsOf = (bodies: readonly Json[]) =>
    Promise.all(bodies.map((body) => omsCallsOf(stack, body)));

  it('orders and verdicts are answered and wait for OMS, and then have one effect each', async () => {
    const reviewed = order({}, '+yleo-review');
    const bodies = [order(), order(), order(), reviewed];
    const answered = async () => {
      await metricReaches('verdict_settlements_giving_way', 1);
      while (await settledMeanwhile());
      const answers = await Promise.all(bodies.map((body) => decided(stack, body)));
      await giveVerdict(stack, answers.at(-1)?.transactionId ?? '', 'accept');
      await pause(500);
      return callsOf(bodies);
    };
    const answering = answered();
    await refuseUntil(answering);
    expect((await answering).flat()).toEqual([]);
    await Promise.all(bodies.map((body) => reaches(stack, body, 'processed')));
    const calls = await callsOf(bodies);
    expect(calls.map((of) => of.map(({ status }) => status))).toEqual(calls.map(() => [200]));
    await metricReaches('verdict_settlements_giving_way', 0);
  });
});

describe('while OMS cannot answer', () => {
  it('five failed tries and a good one have one effect under one key, with growing pauses', async () => {
    await stack.setFault('oms', {
      sequence: [
        { status: 500 },
        { connection: 'reset' },
        { status: 503 },
        { status: 408, retryAfter: '1' },
        { status: 502, retryAfter: '1' },
      ],
    });
    const body = order();
    await decided(stack, body);
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => call.status)).toEqual([500, null, 503, 408, 502, 200]);
    expect(new Set(calls.map((call) => call.key))).toEqual(
      new Set([`${workflowIdOf(body)}:process`]),
    );
    const [first = 0, second = 0, third = 0] = gapsMs(calls);
    expect(first).toBeGreaterThan(900);
    expect(second).toBeGreaterThan(1900);
    expect(third).toBeGreaterThan(3900);
  });

  it('429 is waited out for as long as its Retry-After says', async () => {
    await stack.setFault('oms', { times: 1, status: 429, retryAfter: '3' });
    const body = order();
    await decided(stack, body);
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => call.status)).toEqual([429, 200]);
    expect(gapsMs(calls)[0]).toBeGreaterThan(2900);
    expect(gapsMs(calls)[0]).toBeLessThan(9000);
  });

  it('a date in Retry-After is waited for', async () => {
    const untilMs = Math.ceil(Date.now() / 1000 + 4) * 1000;
    await stack.setFault('oms', {
      times: 1,
      status: 503,
      retryAfter: new Date(untilMs).toUTCString(),
    });
    const body = order();
    await decided(stack, body);
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => call.status)).toEqual([503, 200]);
    expect((calls[1]?.atMs ?? 0) - untilMs).toBeGreaterThan(-100);
    expect((calls[1]?.atMs ?? 0) - untilMs).toBeLessThan(6000);
  });

  it.each(['0', 'Sat, 21 Nov 2020 12:00:00 GMT'])(
    'a Retry-After of %s neither ends the tries nor makes them a storm',
    async (retryAfter) => {
      await stack.setFault('oms', { times: 2, status: 503, retryAfter });
      const body = order();
      await decided(stack, body);
      await reaches(stack, body, 'processed');
      const [first = 0, second = 0] = gapsMs(await omsCallsOf(stack, body));
      expect(first).toBeGreaterThan(900);
      expect(second).toBeGreaterThan(1900);
    },
  );

  it.each([401, 403])(
    '%i is alarmed and tried again: a stale token flips no order',
    async (status) => {
      const before = await alarms('oms_unauthorized');
      await stack.setFault('oms', { times: 2, status, retryAfter: '1' });
      const body = order();
      await decided(stack, body);
      await reaches(stack, body, 'processed');
      expect((await omsCallsOf(stack, body)).map((call) => call.status)).toEqual([
        status,
        status,
        200,
      ]);
      expect(await alarms('oms_unauthorized')).toBe(before + 2);
      const line = stack.worker.lines.find((text) => text.includes('"alarm":"oms_unauthorized"'));
      expect(line).not.toContain('test-oms-token');
    },
  );

  it('409 means that this very action was done before', async () => {
    await stack.setFault('oms', { times: 1, status: 409 });
    const body = order();
    await decided(stack, body);
    await reaches(stack, body, 'processed');
    expect(await omsCallsOf(stack, body)).toHaveLength(1);
  });

  it('an effect whose answer was lost is not done twice', async () => {
    await stack.setFault('oms', { times: 1, connection: 'reset', actsFirst: true });
    const body = order();
    await decided(stack, body);
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => call.status)).toEqual([null, 409]);
    expect(calls[1]?.key).toBe(calls[0]?.key);
  });

  it('a call that hangs is given up and repeated under the same key', async () => {
    await stack.setFault('oms', { times: 1, connection: 'hang' });
    const body = order();
    await decided(stack, body);
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => call.status)).toEqual([null, 200]);
    expect(calls[1]?.key).toBe(calls[0]?.key);
  });
});

describe('an order that OMS refuses', () => {
  const refused = async (tags: string, verdict?: 'accept' | 'reject') => {
    await stack.setFault('oms', { times: 1, status: 422 });
    const body = order({}, tags);
    const { transactionId, crossReference } = await decided(stack, body);
    if (verdict !== undefined) {
      expect((await giveVerdict(stack, transactionId, verdict)).status).toBe(200);
    }
    await reaches(stack, body, 'oms_rejected');
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    const workflowKnows = () =>
      until('the workflow knows', async () => {
        const { status } = await handle.query<{ status: string }>('state');
        return status === 'oms_rejected';
      });
    await workflowKnows();
    return { body, transactionId, crossReference, handle, workflowKnows };
  };

  it('is alarmed and gets a case that names the refusal, though it never was in review', async () => {
    const before = await alarms('oms_refused');
    const { crossReference, transactionId, handle } = await refused('');
    const opened = await caseOf(crossReference);
    expect(opened).toMatchObject({
      status: 'open',
      reason: 'oms_rejected',
      round: 1,
      omsStatus: 422,
      omsReason: 'simulated fault 422',
      transactionStatus: 'oms_rejected',
    });
    expect(await alarms('oms_refused')).toBe(before + 1);
    // The workflow ends the round when the case is due, not when an earlier round was.
    expect(await handle.query('state')).toMatchObject({ dueAt: opened.dueAt });
    const { json } = await stack.get(`/transaction/${transactionId}`);
    expect(json).toMatchObject({ status: 'oms_rejected' });
  });

  it.each([
    ['', undefined, 'accept', ['process', 'process'], 'processed'],
    ['', undefined, 'reject', ['process', 'cancel'], 'cancelled'],
    ['+yleo-declined', undefined, 'accept', ['cancel', 'process'], 'processed'],
    ['+yleo-review', 'accept', 'reject', ['process', 'cancel'], 'cancelled'],
    ['+yleo-review', 'reject', 'reject', ['cancel', 'cancel'], 'cancelled'],
  ] as const)(
    'after %s %s may be given %s, and the refused call counts for nothing',
    async (tags, verdict, next, actions, status) => {
      const { body, transactionId, crossReference } = await refused(tags, verdict);
      expect((await giveVerdict(stack, transactionId, next, 'a second look')).status).toBe(200);
      await reaches(stack, body, status);
      const calls = await omsCallsOf(stack, body);
      expect(calls.map((call) => call.action)).toEqual(actions);
      expect(calls.map((call) => call.key)).toEqual(
        actions.map((action) => `${workflowIdOf(body)}:${action}`),
      );
      expect(calls.map((call) => call.status)).toEqual([422, 200]);
      expect(calls[1]?.body.decision).toMatchObject({
        recommendationCode: next,
        remarks: 'a second look',
      });
      expect(await caseOf(crossReference)).toMatchObject({ status: 'closed', round: 1 });
    },
  );

  it('its reason is for reviewers only: no log, metric, audit row, list or history has it', async () => {
    const { body, crossReference, handle } = await refused('');
    const scan = createLeakScan(['simulated fault']);
    scan.add('log', stack.printed().join('\n'));
    scan.add('list', (await stack.get('/v1/cases?limit=200', 'reviewer')).text);
    const metrics = await fetch(`http://127.0.0.1:${stack.env['METRICS_PORT']}/metrics`);
    scan.add('metrics', await metrics.text());
    const { rows } = await stack.db.query('select c, a from cases c, audit a');
    expect(rows.length).toBeGreaterThan(0);
    scan.add('rows', JSON.stringify(rows));
    const { events } = await handle.fetchHistory();
    const results = (events ?? []).flatMap((event) => [
      ...(event.activityTaskCompletedEventAttributes?.result?.payloads ?? []),
      ...(event.markerRecordedEventAttributes?.details?.['result']?.payloads ?? []),
    ]);
    const opened = await codec.decode(results);
    const clear = opened.map((payload) => Buffer.from(payload.data ?? []).toString('utf8'));
    expect(clear.join()).toContain('refused');
    scan.add('results', clear.join());
    expect(scan.leaks()).toEqual([]);
    scan.add('case', JSON.stringify(await caseOf(crossReference)));
    expect(scan.leaks()).not.toEqual([]);
    expect((await lookUp(stack, body))?.status).toBe('oms_rejected');
  });

  it('a body that is far too long changes nothing about the refusal', async () => {
    await stack.setFault('oms', { times: 1, status: 422, body: 'oversized' });
    const long = order();
    const { crossReference } = await decided(stack, long);
    await reaches(stack, long, 'oms_rejected');
    expect(await caseOf(crossReference)).toMatchObject({
      omsStatus: 422,
      omsReason: expect.stringMatching(/^\{"padding":"x{488}$/) as string,
    });
  });

  it('may be refused again and again: each round is a new one, under the same keys', async () => {
    const { body, transactionId, crossReference, handle, workflowKnows } = await refused('');
    const inRound = async (round: number) => {
      await until(`round ${round}`, async () => (await caseOf(crossReference)).round === round);
      await workflowKnows();
    };
    await stack.setFault('oms', { sequence: [{ status: 404 }, { status: 400 }] });
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await inRound(2);
    const old = { recommendationCode: 'accept', round: 1 };
    const receipt = await handle.executeUpdate('submitDecision', { args: [old] });
    expect(receipt).toEqual({ result: 'other_round' });
    expect((await giveVerdict(stack, transactionId, 'reject')).status).toBe(200);
    await inRound(3);
    expect(await caseOf(crossReference)).toMatchObject({
      omsStatus: 400,
      omsReason: 'simulated fault 400',
    });
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => [call.status, call.key.split(':').at(-1)])).toEqual([
      [422, 'process'],
      [404, 'process'],
      [400, 'cancel'],
      [200, 'process'],
    ]);
    expect(new Set(calls.map((call) => call.key)).size).toBe(2);
  });

  it('a verdict that was meant for the round before cannot act in the new one', async () => {
    const { body, transactionId, handle } = await refused('+yleo-review', 'accept');
    const old = { recommendationCode: 'accept', round: 0 };
    const receipt = await handle.executeUpdate('submitDecision', { args: [old] });
    expect(receipt).toEqual({ result: 'other_round' });
    await handle.signal('decision', old);
    expect(await handle.query('state')).toMatchObject({ status: 'oms_rejected' });
    expect((await lookUp(stack, body))?.status).toBe('oms_rejected');
    expect(await omsCallsOf(stack, body)).toHaveLength(1);
    expect((await giveVerdict(stack, transactionId, 'reject')).status).toBe(200);
    await reaches(stack, body, 'cancelled');
  });
});

/** More orders than a worker has slots for any kind of step. */
const hangingOrders = 130;

/** Once Postgres has a verdict, the end of its workflow cannot lose it. */
const storedWithinMs = 2000;

const verdictsOf = async (transactionId: string): Promise<number> => {
  const { rows } = await stack.db.query<{ count: number }>(
    'select count(*)::int as count from verdicts where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.count ?? 0;
};

/** Calls of OMS that have no answer yet. */
const unanswered = async (): Promise<number> =>
  (await stack.calls('oms')).filter(({ status }) => status === null).length;

it('while OMS hangs, however many orders wait for it, verdicts and withdrawals are stored at once', async () => {
  const reviewed = order({}, '+yleo-review');
  const withdrawn = order({}, '+yleo-review');
  const { transactionId } = await decided(stack, reviewed);
  const other = await decided(stack, withdrawn);
  const before = await unanswered();
  await stack.setFault('oms', { connection: 'hang' });
  for (let sent = 0; sent < hangingOrders; sent += 10) {
    await Promise.all(Array.from({ length: 10 }, () => decided(stack, order())));
  }
  await until('every slot of settlement hangs', async () => (await unanswered()) >= before + 60);
  expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
  const { status } = await withdraw(stack, other.transactionId);
  expect(status).toBe(200);
  const isStored = async () => (await verdictsOf(transactionId)) === 1;
  await Promise.all([
    until('the verdict is stored', isStored, storedWithinMs),
    reaches(stack, withdrawn, 'withdrawn', storedWithinMs),
  ]);
  await stack.setFault('oms', undefined);
  await reaches(stack, reviewed, 'processed');
  const calls = await omsCallsOf(stack, reviewed);
  expect(calls.filter(({ status: told }) => told === 200)).toHaveLength(1);
});
