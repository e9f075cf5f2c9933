import { Client, type Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ApiDeps } from '../../api/deps.js';
import { createPool } from '../../db/pool.js';
import { readQueueState } from '../../temporal/queue-state.js';
import { freePort } from '../support/ports.js';
import { createDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';
import { connectNow } from '../../runtime/temporal.js';

let api: Api;
let connection: Connection;

beforeAll(async () => {
  api = await startApi();
  connection = await connectNow({ address: inject('temporalAddress') });
});

afterAll(async () => {
  await connection?.close();
  await api?.stop();
});

const messagesOf = async ({ ask }: Api): Promise<string[]> => {
  const reply = await ask('/readyz');
  expect(reply.status, reply.text).toBe(503);
  expect(reply.headers.get('retry-after')).not.toBeNull();
  return (reply.json as { error: string; message: string }[]).map(({ error, message }) => {
    expect(error).toBe('temporarily_unavailable');
    return message;
  });
};

/** The answer of an API in which one thing is different. */
const messagesWith = async (overrides: Partial<ApiDeps>): Promise<string[]> => {
  const other = await startApi(overrides);
  try {
    return await messagesOf(other);
  } finally {
    await other.stop();
  }
};

const queueOf = (namespace: string) => () =>
  readQueueState(new Client({ connection, namespace }), 'test-nobody-listens');

describe('GET /readyz', () => {
  it('answers 200 with every part while an order could be decided', async () => {
    const reply = await api.ask('/readyz');
    const parts = ['postgres', 'schema', 'temporal', 'worker', 'rules', 'keys'];
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      status: 'ok',
      parts: parts.map((part) => ({ part, ready: true })),
    });
  });

  it('answers 503 and names all that is away; the process lives on', async () => {
    const dead = createPool({
      databaseUrl: `postgres://verdict@127.0.0.1:${await freePort()}/none`,
      connections: 1,
      timeoutMs: 500,
    });
    const seen = { kind: 'away' } as const;
    const away = await startApi({ db: dead, readQueueState: () => Promise.resolve(seen) });
    try {
      expect(await messagesOf(away)).toEqual([
        'postgres: Postgres does not answer',
        'temporal: Temporal does not answer',
      ]);
      expect((await away.ask('/healthz')).status).toBe(200);
      expect(faultOf(await away.ask('/v1/cases', { key: 'reviewer' }))[0]).toBe(503);
    } finally {
      await dead.end();
      await away.stop();
    }
  });

  it('is not ready with a database that is empty, or of an earlier release', async () => {
    const database = await createDatabase(inject('postgresUrl'));
    const pool = createPool({ databaseUrl: database.url, connections: 2, timeoutMs: 2000 });
    const other = await startApi({ db: pool });
    try {
      expect(await messagesOf(other)).toEqual([
        'schema: the database is empty: run npm run migrate',
      ]);
    } finally {
      await other.stop();
      await pool.end();
      await database.drop();
    }
    const earlier = await startApi();
    try {
      await earlier.pool.query('delete from schema_migrations where id > 9');
      const [message, ...more] = await messagesOf(earlier);
      expect(message).toMatch(/^schema: the database lacks \d+ migrations: run npm run migrate$/);
      expect(more).toEqual([]);
    } finally {
      await earlier.stop();
    }
  });

  it('is not ready without a worker that asks for orders, or without the namespace', async () => {
    const noWorker = ['worker: no worker asks for orders'];
    expect(await messagesWith({ readQueueState: queueOf('default') })).toEqual(noWorker);
    const [message] = await messagesWith({ readQueueState: queueOf('no-such-namespace') });
    expect(message).toBe('temporal: Temporal has no namespace of the name that is set');
    const polledAt = new Date(Date.now() - 80_000);
    const seeLate = () => Promise.resolve({ kind: 'seen', polledAt } as const);
    expect(await messagesWith({ readQueueState: seeLate })).toEqual(noWorker);
  });

  it('is not ready once workers that called partners stop reporting', async () => {
    const other = await startApi();
    try {
      await other.pool.query(
        `insert into partner_reports (worker, partner, report, reported_at)
          values ('w', 'sardine', '{}', now() - interval '20 s')`,
      );
      expect(await messagesOf(other)).toEqual(['worker: no worker asks for orders']);
      await other.pool.query('update partner_reports set reported_at = now()');
      await until('it is ready', async () => (await other.ask('/readyz')).status === 200);
    } finally {
      await other.stop();
    }
  });

  it('is not ready with keys that open nothing', async () => {
    const vault = {
      seal: api.deps.vault.seal,
      open: () => {
        throw new Error('no such key');
      },
    };
    expect(await messagesWith({ vault })).toEqual([
      'keys: what is sealed with the payload keys cannot be opened',
    ]);
  });

  it('asks Postgres and Temporal once for probes that come side by side', async () => {
    let looks = 0;
    const other = await startApi({
      readQueueState: () => {
        looks += 1;
        return Promise.resolve({ kind: 'seen', polledAt: new Date() });
      },
    });
    try {
      await Promise.all(Array.from({ length: 20 }, () => other.ask('/readyz')));
      expect(looks).toBe(1);
    } finally {
      await other.stop();
    }
  });
});
