import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifyAlertWorkflowIdOf } from '../../workflows/alert-mail/messages.js';
import { drainAifiWorkflowIdOf } from '../../workflows/aifi/messages.js';
import { backtestWorkflowIdOf } from '../../workflows/backtest/messages.js';
import { pollSparkflyWorkflowIdOf } from '../../workflows/sparkfly/messages.js';
import { aifiPush } from '../support/aifi-push.js';
import { startChild } from '../support/child.js';
import { decided, giveVerdict, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { freePort } from '../support/ports.js';
import { triggerSchedule } from '../support/schedules.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.js';
import { keys, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { type EarlierVersion, unpackEarlierVersion } from './earlier-version.js';

/**
 * A whole earlier version, API and worker, leaves a database and running workflows behind: orders
 * and queues in every state that waits for something. Then today's version takes over.
 */

type Json = Record<string, unknown>;

const reviewed = () => order({}, '+sardine-high');

const orders = {
  settled: order(),
  refusedByOms: order(),
  withoutFeedback: order(),
  settling: order(),
  withSilentPartner: order(),
  accepted: reviewed(),
  rejected: reviewed(),
  withdrawn: reviewed(),
  bySignal: reviewed(),
  expiring: reviewed(),
  undecided: order(),
} as const;

const mailbox = 'on.call@example.com';

let earlier: EarlierVersion;
let settings: ReturnType<typeof makeSettingsFile>;
let smtp: TestSmtpServer;
let stack: Stack;
let backtestId: string;
let alertId: string;

/** The run of each workflow before the upgrade; one that continues as new keeps its first. */
const runs = new Map<string, string>();

const firstRunOf = async (workflowId: string): Promise<string> => {
  const { raw } = await handleOf(workflowId).describe();
  return raw.workflowExecutionInfo?.firstRunId ?? '';
};

const queue = () => stack.env['TEMPORAL_TASK_QUEUE'] ?? '';
const handleOf = (workflowId: string) => stack.temporal.workflow.getHandle(workflowId);
const idOf = async (body: Json): Promise<string> => {
  const { rows } = await stack.db.query<{ id: string }>(
    'select transaction_id as id from transactions where workflow_id = $1',
    [workflowIdOf(body)],
  );
  return rows[0]?.id ?? '';
};

const countOf = async (text: string): Promise<number> => {
  const { rows } = await stack.db.query<{ n: number }>(`select count(*)::int as n from ${text}`);
  return rows[0]?.n ?? -1;
};

/** Waits until a step has failed once, so that Temporal holds its next attempt. */
const isTriedAgain = (workflowId: string, step: string) =>
  until(`${step} is tried again`, async () => {
    const { raw } = await handleOf(workflowId).describe();
    return (raw.pendingActivities ?? []).some(
      ({ activityType, attempt }) => activityType?.name === step && Number(attempt) > 1,
    );
  });

const simulators = () => (stack.env['OMS_URL'] ?? '').replace(/\/oms$/, '');

const listedSinceMs = Date.now() - 3_600_000;

/** Sparkfly then lists this many alerts, each of a different member. */
const listAtSparkfly = async (count: number): Promise<void> => {
  const at = (member: number) => new Date(listedSinceMs + member * 1000).toISOString();
  const listing = Array.from({ length: count }, (_, index) => ({
    ...{ fraud_alert_rule_id: 12, fraud_alert_rule_name: 'Points', quantity: 1234 },
    ...{ metric_type: 'loyalty_enrollment_points_earned', notifications_sent: false },
    ...{ loyalty_enrollment_id: index + 1, suppressed_count: 0 },
    ...{ created_at: at(index), updated_at: at(index) },
  }));
  const body = JSON.stringify(listing);
  const { status } = await fetch(`${simulators()}/_sparkfly/events`, { method: 'PUT', body });
  expect(status).toBeLessThan(300);
};

const sparkflyAlerts = () => countOf(`alert_events where source = 'sparkfly'`);
const allDrained = async () => (await countOf('aifi_pushes where drained_at is null')) === 0;

const ok = async (sent: ReturnType<Stack['post']>, status = 200): Promise<Json> => {
  const reply = await sent;
  expect(reply.status, reply.text).toBe(status);
  return (reply.json ?? {}) as Json;
};

/** Raises an alert with one recipient. Returns its id. */
const raiseAlert = async (): Promise<string> => {
  const rule = {
    ...{ name: 'Visits', metric_type: 'loyalty_enrollment_transactions', quantity: 1 },
    ...{ time_period: 3600, event_suppression_period: 3600, scope_type: 'all_stores' },
    ...{ notify_corporate_contact: false, notify_store_contact: false, notify_emails: true },
    emails: [mailbox],
  };
  await ok(stack.post('/v1.0/fraud_alert_rules', rule, 'analyst'), 201);
  const activity = {
    ...{ id: randomUUID(), metric_type: 'loyalty_enrollment_transactions', quantity: 1 },
    ...{ loyalty_enrollment_id: 4711, occurred_at: new Date().toISOString() },
  };
  await ok(stack.post('/v1.0/loyalty_activities', activity, 'sparkfly'));
  const { rows } = await stack.db.query<{ id: string }>(
    `select event_id as id from alert_events where source <> 'sparkfly'`,
  );
  return rows[0]?.id ?? '';
};

/** Another API of the earlier version, with a short deadline for reviews. */
const startApiOfShortReviews = async () => {
  const port = String(await freePort());
  const terms = { REVIEW_REMIND_AFTER: '5s', REVIEW_EXPIRE_AFTER: '15s' };
  const api = startChild('api/main.ts', { ...stack.env, ...terms, PORT: port }, earlier.folder);
  await api.printed('"listening"');
  return {
    post: async (body: Json): Promise<void> => {
      const { status } = await fetch(`http://127.0.0.1:${port}/transaction`, {
        method: 'POST',
        headers: { authorization: `Bearer ${keys.oms}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(status).toBe(200);
    },
    end: () => api.end(),
  };
};

/** Work without faults, and reviews that wait for people. */
const workWell = async (): Promise<void> => {
  smtp.setFault({ at: 'rcpt', reply: 451 });
  const inReview = [orders.accepted, orders.rejected, orders.withdrawn, orders.bySignal];
  await Promise.all([orders.settled, ...inReview].map((body) => decided(stack, body)));
  await reaches(stack, orders.settled, 'processed');
  await ok(stack.post('/api/push/suspected-fraud', aifiPush(), 'aifi'));
  alertId = await raiseAlert();
  await until('the first push is drained', allDrained);
  await until('Sparkfly is polled', async () => (await sparkflyAlerts()) === 1);
  await handleOf(workflowIdOf(orders.settled)).result();
};

/** What partners, OMS and the mail server refuse until the worker stops. */
const workAgainstFaults = async (): Promise<void> => {
  const shortReviews = await startApiOfShortReviews();
  await stack.setFault('oms', { status: 422, times: 1 });
  await decided(stack, orders.refusedByOms);
  await reaches(stack, orders.refusedByOms, 'oms_rejected');
  await stack.setFault('sardine', { status: 503, path: '/v1/feedbacks' });
  await decided(stack, orders.withoutFeedback);
  await reaches(stack, orders.withoutFeedback, 'processed');
  await stack.setFault('oms', { status: 503 });
  await decided(stack, orders.settling);
  await stack.setFault('yleo', { status: 500 });
  await decided(stack, orders.withSilentPartner);
  await Promise.all([
    isTriedAgain(notifyAlertWorkflowIdOf(queue(), Number(alertId)), 'sendAlertMail'),
    isTriedAgain(workflowIdOf(orders.withoutFeedback), 'tellSardine'),
    isTriedAgain(workflowIdOf(orders.settling), 'settleOrder'),
    isTriedAgain(workflowIdOf(orders.withSilentPartner), 'askYleoAgain'),
  ]);
  await shortReviews.post(orders.expiring);
  await stack.worker.end();
  await shortReviews.end();
};

/** What arrives while no worker runs. */
const leaveUndone = async (): Promise<void> => {
  const transactionId = await idOf(orders.settled);
  const cashBack = { amount: 55.5, currency: 'USD', date: new Date().toISOString().slice(0, 10) };
  const label = { transactionId, kind: 'chargeback', ...cashBack, fraud: true };
  const period = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) };
  const [, , , backtest, answer, verdict] = await Promise.all([
    handleOf(workflowIdOf(orders.bySignal)).signal('decision', {
      ...{ recommendationCode: 'accept', reviewer: 'carol' },
    }),
    ok(stack.post('/api/push/suspected-fraud', aifiPush(), 'aifi')),
    ok(stack.post('/v1/labels', label, 'analyst')),
    ok(stack.post('/v1/backtests', { ...period, version: 0 }, 'analyst')),
    stack.post('/transaction', orders.undecided),
    giveVerdict(stack, await idOf(orders.accepted), 'accept'),
  ]);
  backtestId = String(backtest['backtestId']);
  expect([answer.status, verdict.status]).toEqual([503, 503]);
  const ids = [
    ...Object.values(orders).map(workflowIdOf),
    ...[drainAifiWorkflowIdOf(queue()), pollSparkflyWorkflowIdOf(queue())],
    ...[notifyAlertWorkflowIdOf(queue(), Number(alertId)), backtestWorkflowIdOf(backtestId)],
  ];
  for (const id of ids) runs.set(id, await firstRunOf(id));
};

/** Makes sure of the earlier state that the tests below are about. */
const expectOpen = async (): Promise<void> => {
  const { rows } = await stack.db.query<{ id: string; status: string }>(
    'select workflow_id as id, status from transactions',
  );
  const statuses = Object.fromEntries(rows.map(({ id, status }) => [id, status]));
  const found = Object.entries(orders).map(([name, body]) => [name, statuses[workflowIdOf(body)]]);
  expect(Object.fromEntries(found)).toEqual({
    ...{
      settled: 'processed',
      withoutFeedback: 'processed',
      settling: 'settling',
      undecided: 'deciding',
    },
    ...{ refusedByOms: 'oms_rejected', withSilentPartner: 'in_review', expiring: 'in_review' },
    ...{ accepted: 'in_review', rejected: 'in_review', withdrawn: 'in_review' },
    bySignal: 'in_review',
  });
  const due = ['owed_feedback', 'label_evidence_due', 'aifi_pushes where due_at is not null'];
  expect(await Promise.all(due.map(countOf))).toEqual([1, 1, 1]);
};

beforeAll(async () => {
  earlier = unpackEarlierVersion('earlier');
  smtp = await startSmtpServer();
  settings = makeSettingsFile(
    { sparkfly: { pollEveryMs: 1000, perPage: 5, requestsPerSecond: 50, callMs: 2000 } },
    join(earlier.folder, 'config/verdict.yaml'),
  );
  const env = {
    ...{ SMTP_URL: smtp.url, DECISION_BUDGET_MS: '2000', VERDICT_SETTINGS: settings.path },
    ...{ SPARKFLY_URL: '{simulators}/sparkfly', SPARKFLY_IDENTITY: 'test-identity' },
    SPARKFLY_KEY: 'test-sparkfly-key',
  };
  stack = await startStack(env, undefined, earlier.folder);
  await listAtSparkfly(1);
  await workWell();
  await workAgainstFaults();
  await leaveUndone();
  await expectOpen();
  await Promise.all(['oms', 'sardine', 'yleo'].map((name) => stack.setFault(name, undefined)));
  smtp.setFault(undefined);
  await listAtSparkfly(2);
  await stack.changeTo();
});

afterAll(async () => {
  await stack?.stop();
  await smtp?.close();
  settings?.remove();
  earlier?.remove();
});

/** Sends a verdict or a withdrawal again until the workflow has accepted it. */
const isTaken = (what: string, give: () => ReturnType<Stack['post']>) =>
  until(`${what} is taken`, async () => {
    const { status } = await give();
    expect([200, 503]).toContain(status);
    return status === 200;
  });

const verdictOn = async (body: Json, code: 'accept' | 'reject') => {
  const transactionId = await idOf(body);
  await isTaken(`the verdict ${code}`, () => giveVerdict(stack, transactionId, code));
};

const verdictsOf = async (body: Json): Promise<Json[]> => {
  const { rows } = await stack.db.query<Json>(
    'select round, outcome, source from verdicts where transaction_id = $1 order by round',
    [await idOf(body)],
  );
  return rows;
};

/** How often Sardine accepted feedback on an order's outcome, or on its chargeback. */
const feedbackOf = async (body: Json, isChargeback: boolean) => {
  const transactionId = await idOf(body);
  const calls = (await stack.calls('sardine')).filter(
    (call) =>
      call.path.endsWith('/v1/feedbacks') &&
      (call.body['transaction'] as Json)['id'] === transactionId &&
      ((call.body['feedback'] as Json)['status'] === 'chargeback') === isChargeback,
  );
  expect(new Set(calls.map((call) => (call.body['feedback'] as Json)['id'])).size).toBeLessThan(2);
  return calls.filter(({ status }) => status === 200).length;
};

const orderNames = Object.keys(orders) as (keyof typeof orders)[];

describe('after an upgrade', () => {
  it('people decide and withdraw the reviews that were open', async () => {
    await verdictOn(orders.accepted, 'accept');
    await verdictOn(orders.rejected, 'reject');
    await verdictOn(orders.refusedByOms, 'accept');
    const path = `/v1/transactions/${await idOf(orders.withdrawn)}/withdrawal`;
    await isTaken('the withdrawal', () => stack.post(path, {}));
    await reaches(stack, orders.accepted, 'processed');
    await reaches(stack, orders.rejected, 'cancelled');
    await reaches(stack, orders.refusedByOms, 'processed');
    await reaches(stack, orders.withdrawn, 'withdrawn');
    const first = { round: 0, source: 'api' };
    expect(await verdictsOf(orders.accepted)).toEqual([{ ...first, outcome: 'accept' }]);
    expect(await verdictsOf(orders.rejected)).toEqual([{ ...first, outcome: 'reject' }]);
    expect(await verdictsOf(orders.refusedByOms)).toMatchObject([{ round: 1, source: 'api' }]);
    expect(await verdictsOf(orders.withdrawn)).toEqual([]);
  });

  it('other reviews end by the signal, the late vote and the deadline that ended them', async () => {
    await reaches(stack, orders.bySignal, 'processed');
    await reaches(stack, orders.withSilentPartner, 'processed');
    await reaches(stack, orders.expiring, 'cancelled');
    expect(await verdictsOf(orders.bySignal)).toMatchObject([{ source: 'signal' }]);
    expect(await verdictsOf(orders.withSilentPartner)).toMatchObject([{ source: 'partners' }]);
    expect(await verdictsOf(orders.expiring)).toMatchObject([{ source: 'expiry' }]);
  });

  it('OMS takes each order once, also those that it had refused or not accepted yet', async () => {
    await reaches(stack, orders.settling, 'processed');
    await reaches(stack, orders.undecided, 'processed');
    const processed = [['process', 200]];
    const cancelled = [['cancel', 200]];
    const taken: Record<string, unknown> = {};
    for (const name of orderNames) {
      const calls = (await omsCallsOf(stack, orders[name])).filter(({ status }) => status !== 503);
      taken[name] = calls.map(({ action, status }) => [action, status]);
    }
    expect(taken).toEqual({
      settled: processed,
      refusedByOms: [['process', 422], ...processed],
      withoutFeedback: processed,
      settling: processed,
      withSilentPartner: processed,
      accepted: processed,
      rejected: cancelled,
      withdrawn: [],
      bySignal: processed,
      expiring: cancelled,
      undecided: processed,
    });
  });

  it('Sardine gets the feedback of each order once, and of a chargeback', async () => {
    for (const name of orderNames) {
      const times = name === 'withdrawn' ? 0 : 1;
      await until(`Sardine has the feedback of ${name}`, async () => {
        return (await feedbackOf(orders[name], false)) >= times;
      });
    }
    await triggerSchedule(stack.temporal, queue(), 'tell-chargebacks');
    expect(await feedbackOf(orders.settled, true)).toBe(1);
  });

  it('alert mails, pushes of AiFi, the polling of Sparkfly and a backtest go on', async () => {
    await handleOf(notifyAlertWorkflowIdOf(queue(), Number(alertId))).result();
    expect(smtp.taken.map(({ to }) => to)).toEqual([[mailbox]]);
    await handleOf(backtestWorkflowIdOf(backtestId)).result();
    const path = `/v1/backtests/${backtestId}`;
    expect((await stack.get(path, 'reviewer')).json).toMatchObject({ state: 'done' });
    await until('what came without a worker is drained', allDrained);
    await until('Sparkfly is polled', async () => (await sparkflyAlerts()) === 2);
    await ok(stack.post('/api/push/suspected-fraud', aifiPush(), 'aifi'));
    await listAtSparkfly(3);
    await until('what came since is drained', allDrained);
    await until('Sparkfly is polled again', async () => (await sparkflyAlerts()) === 3);
    expect(await countOf('aifi_pushes')).toBe(3);
  });

  it('every workflow goes on in the run that it had, and none of its tasks fails', async () => {
    expect(new Set(runs.values()).size).toBe(orderNames.length + 4);
    const present = new Map<string, string>();
    const failed: string[] = [];
    for (const workflowId of runs.keys()) {
      present.set(workflowId, await firstRunOf(workflowId));
      const { events } = await handleOf(workflowId).fetchHistory();
      const isFailed = (events ?? []).some((event) => event.workflowTaskFailedEventAttributes);
      if (isFailed) failed.push(workflowId);
    }
    expect(failed).toEqual([]);
    expect(present).toEqual(runs);
    for (const name of orderNames) {
      await until(`the workflow of ${name} has ended`, async () => {
        const { status } = await handleOf(workflowIdOf(orders[name])).describe();
        return status.name === 'COMPLETED';
      });
    }
  });

  it('nothing is stuck, nothing waits and nothing is alarmed', async () => {
    const { json } = await stack.get('/v1/operations/stuck', 'operator');
    expect(json).toMatchObject({ stuck: 0, runs: [], undecided: { waiting: 0 } });
    await until('nothing is due', async () => {
      const queues = ['due_work', 'order_events where dispatched_at is null'];
      const old = ['shadow_pending', 'alert_feed', 'label_evidence_due', 'owed_feedback'];
      const waiting = await Promise.all([...queues, ...old].map(countOf));
      return waiting.every((count) => count === 0);
    });
    for (const name of orderNames) {
      const times = name === 'withdrawn' ? 0 : 1;
      expect([name, await feedbackOf(orders[name], false)]).toEqual([name, times]);
    }
    const lines = [...stack.api.lines, ...stack.worker.lines];
    expect(lines.filter((line) => line.includes('"alarm":'))).toEqual([]);
  });
});
