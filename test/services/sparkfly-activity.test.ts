import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pollSparkfly } from '../../activities/alerts/poll-sparkfly.js';
import type { Pool } from '../../db/pool.js';
import { createSparkfly, type Sparkfly } from '../../partners/sparkfly/client.js';
import { Secret } from '../../runtime/secret.js';
import { type Simulators, startSimulators } from '../../simulators/server.js';
import { attemptOf } from '../support/attempt.js';
import { exampleSettings } from '../support/rules.js';
import { clearAlerts, vault } from './alerts-fixture.js';
import { openDatabase } from './database.js';
import { clearPolls, entryAt, storedIn } from './sparkfly-fixture.js';

const credential = { identity: 'verdict', key: 'sparkfly-key' };
const minuteMs = 60_000;

let pool: Pool;
let closePool: () => Promise<void>;
let simulators: Simulators;
let sparkfly: Sparkfly;
let alarms: [string, string | undefined][] = [];

const settings = {
  ...exampleSettings(),
  sparkfly: { ...exampleSettings().sparkfly, perPage: 2, requestsPerSecond: 100 },
};

const control = async (method: string, path: string, body: unknown) => {
  const reply = await fetch(`${simulators.url}${path}`, { method, body: JSON.stringify(body) });
  expect(reply.status).toBe(200);
};

const clientWith = (key: string): Sparkfly =>
  createSparkfly({
    ...{ baseUrl: `${simulators.url}/sparkfly`, eventsPath: '/v1.0/fraud_alert_events' },
    ...{ identity: credential.identity, key: new Secret(key), settings: settings.sparkfly },
  });

const depsWith = (client: Sparkfly | undefined) => ({
  ...{ db: pool, vault, settings, mail: undefined, sparkfly: client, now: () => new Date() },
  reports: {
    alarm: (code: string, fields?: Readonly<Record<string, string>>) =>
      void alarms.push([code, fields?.['reason']]),
    ...{ decided: () => {}, partnerAnswered: () => {}, partnerAskedAgain: () => {} },
    ...{ settled: () => {}, reminded: () => {} },
  },
});

interface Attempt {
  /** Of the poll's first attempt. */
  readonly minutesAgo?: number;
  readonly heartbeatDetails?: unknown;
}

/** One attempt; gives its result or error, and its last heartbeat. */
const attempt = async (client: Sparkfly | undefined, given: Attempt = {}) => {
  const { minutesAgo = 0, heartbeatDetails } = given;
  const scheduledTimestampMs = Date.now() - minutesAgo * minuteMs;
  let heartbeat: unknown;
  const result = await attemptOf(pollSparkfly(depsWith(client)), {
    info: { scheduledTimestampMs, heartbeatDetails },
    onHeartbeat: (details) => {
      heartbeat = details;
    },
  });
  return { result, heartbeat };
};

beforeAll(async () => {
  ({ pool, close: closePool } = await openDatabase());
  simulators = await startSimulators({
    port: 0,
    ...{ credentials: { SARDINE_CLIENT_ID: '', SARDINE_CLIENT_SECRET: '' }, oms: { token: '' } },
    sparkfly: credential,
  });
  sparkfly = clientWith(credential.key);
});

afterAll(async () => {
  await sparkfly?.close();
  await simulators?.close();
  await closePool?.();
});

beforeEach(async () => {
  alarms = [];
  await clearAlerts(pool);
  await clearPolls(pool);
  await fetch(`${simulators.url}/_faults/sparkfly`, { method: 'DELETE' });
});

const publish = (count: number) =>
  control(
    'PUT',
    '/_sparkfly/events',
    Array.from({ length: count }, (_, hour) => entryAt(hour, { loyalty_enrollment_id: hour + 1 })),
  );

describe('an attempt to poll', () => {
  it('returns counts and the pause until the next poll, and nothing of the alerts', async () => {
    await publish(3);
    const counts = { read: 3, taken: 3, moved: 0, unreadable: 0, pages: 2, walkedAll: true };
    const { result } = await attempt(sparkfly);
    expect(result).toEqual({ kind: 'polled', pollEveryMs: 15_000, ...counts });
    expect(alarms).toEqual([]);
  });

  it('continues at the page that the previous attempt reached', async () => {
    await publish(6);
    await control('PUT', '/_faults/sparkfly', {
      path: 'page=',
      sequence: ['ok', 'ok', { status: 500 }],
    });
    const first = await attempt(sparkfly);
    expect(first.result).toMatchObject({ type: 'SparkflyFault', nonRetryable: false });
    expect(await storedIn(pool)).toHaveLength(4);
    const second = await attempt(sparkfly, { heartbeatDetails: first.heartbeat });
    expect(second.result).toMatchObject({ read: 6, taken: 6, pages: 3 });
    expect(await storedIn(pool)).toHaveLength(6);
  });

  it.each([
    [14, []],
    [16, [['sparkfly_failed', 'unavailable']]],
  ])('that fails %i minutes after the first raises %j', async (minutesAgo, raised) => {
    await control('PUT', '/_faults/sparkfly', { status: 500 });
    await attempt(sparkfly, { minutesAgo });
    expect(alarms).toEqual(raised);
  });

  it('raises no alarm while pages are read, however long ago the first one began', async () => {
    await publish(6);
    await control('PUT', '/_faults/sparkfly', { path: 'page=', sequence: ['ok', { status: 500 }] });
    await attempt(sparkfly, { minutesAgo: 60 });
    expect(alarms).toEqual([]);
  });

  it('whose login is refused reports it, and waits for 5 minutes', async () => {
    const stranger = clientWith('another-key');
    const { result } = await attempt(stranger);
    await stranger.close();
    expect(result).toMatchObject({ nextRetryDelay: 5 * minuteMs, nonRetryable: false });
    expect(alarms).toEqual([['sparkfly_unauthorized', undefined]]);
  });

  it('reports unreadable alerts once, and stores the others', async () => {
    const broken = { ...entryAt(1), quantity: 'secret-17' };
    await control('PUT', '/_sparkfly/events', [entryAt(3), broken, broken, entryAt(0)]);
    const { result } = await attempt(sparkfly);
    expect(result).toMatchObject({ taken: 2, unreadable: 2 });
    expect(alarms).toEqual([['sparkfly_failed', 'unreadable']]);
  });

  it('without Sparkfly ends the polling', async () => {
    expect((await attempt(undefined)).result).toEqual({ kind: 'off' });
  });
});
