import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openDatabase } from '../services/database.js';
import { startChild } from '../support/child.js';

const taken = createServer();
let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(1);
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
});

afterAll(async () => {
  await database?.close();
  taken.close();
});

it.each([
  ['api/main.ts', 'PORT', 'API'],
  ['worker/main.ts', 'METRICS_PORT', 'worker metrics'],
  ['simulators/main.ts', 'SIMULATOR_PORT', 'simulators'],
])('%s ends in plain words when its port is taken', async (file, variable, what) => {
  const { port } = taken.address() as AddressInfo;
  const child = startChild(file, {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: `busy-${port}`,
    VAR_DIR: inject('varDir'),
    OMS_URL: 'http://127.0.0.1:1',
    OMS_TOKEN: 'token',
    [variable]: String(port),
  });
  await child.ended;
  expect(child.process.exitCode).toBe(1);
  const told = child.lines.join('\n');
  expect(told).toContain(
    `${variable}: port ${port} (${what}) is in use; set ${variable} to a free port`,
  );
  expect(told).not.toMatch(/"stack"|\bat .*\.ts/);
});
