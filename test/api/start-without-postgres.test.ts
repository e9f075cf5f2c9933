import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openDatabase } from '../services/database.js';
import { type Child, startChild } from '../support/child.js';
import { freePort } from '../support/ports.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let proxy: Proxy;
let folder: TempDir;
let api: Child;
let url: string;

const newKeys = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

beforeAll(async () => {
  folder = makeTempDir();
  writeFileSync(join(folder.path, 'keys.json'), JSON.stringify({ oms: 'key-of-oms' }));
  database = await openDatabase();
  const address = new URL(database.url);
  proxy = await startProxy(address.hostname, Number(address.port));
  await proxy.cut();
  address.port = String(proxy.port);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  api = startChild('api/main.ts', {
    DATABASE_URL: address.href,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: `start-without-postgres-${port}`,
    PORT: String(port),
    VAR_DIR: folder.path,
    OMS_URL: 'http://127.0.0.1:1',
    OMS_TOKEN: 'token',
    PAYLOAD_KEYS: newKeys('payload'),
    CARD_TOKEN_KEYS: newKeys('cards'),
  });
});

afterAll(async () => {
  await api?.end();
  await proxy?.close();
  await database?.close();
  folder?.remove();
});

it('an API that starts while Postgres is away listens, and takes its keys once it is back', async () => {
  await api.printed('"listening"');
  const ask = () =>
    fetch(`${url}/transaction/tx_${randomUUID().replaceAll('-', '')}`, {
      headers: { authorization: 'Bearer key-of-oms' },
    });
  expect((await ask()).status).toBe(503);
  await proxy.heal();
  const answer = await until('an answer', async () => {
    const { status } = await ask();
    return status === 404 && status;
  });
  expect(answer).toBe(404);
});
