import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FraudAlertEventPage } from '../../contracts/sparkfly/event.js';
import { type Simulators, startSimulators } from '../../simulators/server.js';
import { pollSparkflyWorkflowIdOf } from '../../workflows/sparkfly/messages.js';
import { createLeakScan } from '../support/leak-scan.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const credential = { identity: 'verdict-at-sparkfly', key: 'q7-sparkfly-key-9Zt' };
const beganMs = Date.now() - 3_600_000;

let stack: Stack;
let simulators: Simulators;
let settings: ReturnType<typeof makeSettingsFile>;
const listing: Record<string, unknown>[] = [];
const { History } = proto.temporal.api.history.v1;

const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const reply = await fetch(`${simulators.url}${path}`, { method, ...json });
  expect(reply.status).toBeLessThan(300);
  const text = await reply.text();
  return text === '' ? undefined : JSON.parse(text);
};

const publish = () => control('PUT', '/_sparkfly/events', listing);

/** Adds this many alerts, each of a different member, and publishes the listing. */
const raise = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    const member = listing.length + 1;
    listing.push({
      ...{ fraud_alert_rule_id: 12, fraud_alert_rule_name: 'Points', quantity: 1234 },
      ...{ metric_type: 'loyalty_enrollment_points_earned', notifications_sent: false },
      ...{ loyalty_enrollment_id: member, suppressed_count: 0 },
      created_at: new Date(beganMs + member * 1000).toISOString(),
      updated_at: new Date(beganMs + member * 1000).toISOString(),
    });
  }
  await publish();
};

const calls = async () =>
  (await control('GET', '/_calls/sparkfly')) as { path: string; status: number | null }[];

const logins = async () => (await calls()).filter(({ path }) => path === '/sparkfly/auth').length;

const fault = (plan: unknown) =>
  control(plan === undefined ? 'DELETE' : 'PUT', '/_faults/sparkfly', plan);

const events = async (query = '') =>
  FraudAlertEventPage.parse(
    (await stack.get(`/v1.0/fraud_alert_events?per_page=200${query}`, 'analyst')).json,
  );

/** Waits until every listed alert is stored, each once. */
const arrived = () =>
  until('all alerts are there', async () => {
    const { total_entries: total, fraud_alert_events: some } = await events();
    const members = new Set(some.map((one) => one.loyalty_enrollment_id));
    expect(members.size).toBe(Math.min(total, 200));
    return total === listing.length && some;
  });

beforeAll(async () => {
  simulators = await startSimulators({
    port: 0,
    ...{ credentials: { SARDINE_CLIENT_ID: '', SARDINE_CLIENT_SECRET: '' }, oms: { token: '' } },
    sparkfly: credential,
  });
  settings = makeSettingsFile({
    sparkfly: { pollEveryMs: 1000, perPage: 5, requestsPerSecond: 50, callMs: 2000 },
  });
  await raise(12);
  stack = await startStack({
    SPARKFLY_URL: `${simulators.url}/sparkfly`,
    SPARKFLY_IDENTITY: credential.identity,
    SPARKFLY_KEY: credential.key,
    VERDICT_SETTINGS: settings.path,
  });
});

afterAll(async () => {
  await stack?.stop();
  await simulators?.close();
  settings?.remove();
});

describe('alerts of Sparkfly that are polled', () => {
  it('are listed with their source, move in place, and new ones follow', async () => {
    const some = await arrived();
    expect(new Set(some.map(({ source }) => source))).toEqual(new Set(['sparkfly']));
    expect(some[0]).toMatchObject({ loyalty_enrollment_id: 12, quantity: 1234 });
    const changed = { suppressed_count: 3, updated_at: new Date().toISOString() };
    Object.assign(listing.at(-1) ?? {}, changed);
    await raise(3);
    await arrived();
    const [moved] = await until('it has moved', async () => {
      const { fraud_alert_events: found } = await events('&loyalty_enrollment_id=12');
      return found[0]?.suppressed_count === 3 && found;
    });
    expect(moved).toMatchObject(changed);
  });

  it('are read on with a new token when the one at hand has ended', async () => {
    const before = await logins();
    await control('POST', '/_sparkfly/expiry');
    await raise(2);
    await arrived();
    expect(await logins()).toBe(before + 1);
  });

  it('are all there after Sparkfly was down, in the middle of a walk too', async () => {
    await fault({ sequence: ['ok', { status: 503 }, { connection: 'reset' }] });
    await raise(30);
    await stack.db.query('update sparkfly_polls set walked_at = null');
    await until('it was down', async () => {
      return (await calls()).slice(-30).filter(({ status }) => status !== 200).length >= 2;
    });
    expect(await arrived()).toHaveLength(listing.length);
    await fault(undefined);
  });

  it('are neither lost nor doubled when the worker dies in the middle of a walk', async () => {
    await fault({ latencyMs: 300, path: 'page=' });
    await raise(60);
    await stack.db.query('update sparkfly_polls set walked_at = null');
    await until('a later page is asked for', async () => {
      const asked = (await calls()).slice(-3).map(({ path }) => path);
      const { total_entries: total } = await events();
      return total < listing.length && asked.some((path) => path.includes('page=4&'));
    });
    await stack.worker.end('SIGKILL');
    await fault(undefined);
    await stack.restartWorker();
    await arrived();
    const { rows } = await stack.db.query<{ n: number }>(
      'select count(*)::int as n from alert_events',
    );
    expect(rows).toEqual([{ n: listing.length }]);
  });

  it('are read from the first page again when the page to continue with is gone', async () => {
    while (listing.length % 5 !== 1) await raise(1);
    await arrived();
    const last = `page=${Math.ceil(listing.length / 5)}&`;
    await fault({ status: 404, path: last });
    await stack.db.query('update sparkfly_polls set walked_at = null');
    await until('the last page was refused', async () =>
      (await calls()).some(({ path, status }) => path.includes(last) && status === 404),
    );
    const gone = listing.splice(0, 1);
    const changed = { suppressed_count: 9, updated_at: new Date().toISOString() };
    Object.assign(listing.at(-1) ?? {}, changed);
    await publish();
    const member = String(listing.at(-1)?.['loyalty_enrollment_id']);
    const moved = await until('what has changed is read', async () => {
      const { fraud_alert_events: found } = await events(`&loyalty_enrollment_id=${member}`);
      return found[0]?.suppressed_count === 9 && found;
    });
    expect(moved).toMatchObject([changed]);
    await fault(undefined);
    listing.unshift(...gone);
    await publish();
  });

  it('are polled no more once Sparkfly is not configured, and again once it is', async () => {
    const { SPARKFLY_URL: url = '', TEMPORAL_TASK_QUEUE: queue = '' } = stack.env;
    stack.env['SPARKFLY_URL'] = '';
    await stack.restartWorker();
    await stack.temporal.workflow.getHandle(pollSparkflyWorkflowIdOf(queue)).result();
    stack.env['SPARKFLY_URL'] = url;
    await stack.restartWorker();
    await raise(2);
    expect(await arrived()).toHaveLength(listing.length);
  });

  it('leave no credential in what is printed and recorded', async () => {
    const tokens = (await control('GET', '/_sparkfly/tokens')) as string[];
    expect(tokens.length).toBeGreaterThan(0);
    await fault({ status: 401, times: 2 });
    await stack.expectPrinted('sparkfly_unauthorized');
    const scan = createLeakScan([credential.identity, credential.key, ...tokens]);
    scan.add('printed', stack.printed().join('\n'));
    const id = pollSparkflyWorkflowIdOf(String(stack.env['TEMPORAL_TASK_QUEUE']));
    const history = await stack.temporal.workflow.getHandle(id).fetchHistory();
    scan.add('history', History.encode(history).finish());
    expect(scan.scannedBytes()).toBeGreaterThan(5_000);
    expect(scan.leaks()).toEqual([]);
    const printed = stack.printed().join('\n');
    expect(printed).not.toContain('x-auth');
  });
});
