import { randomBytes } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { Keyring } from '../../runtime/keyring.js';
import type { Logger } from '../../runtime/logger.js';
import { connectWorker } from '../../worker/connect.js';
import { startProxy } from '../support/proxy.js';
import { until } from '../support/until.js';

it('a worker reports that it waits for a Temporal that accepts the connection and does not answer, then continues', async () => {
  const [host = '', port] = inject('temporalAddress').split(':');
  const proxy = await startProxy(host, Number(port));
  proxy.hang();
  const told: unknown[] = [];
  const address = `127.0.0.1:${proxy.port}`;
  const config = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_API_KEY: undefined,
    TEMPORAL_TLS: 'false' as const,
    payloadKeys: new Keyring([{ id: 'k', bytes: randomBytes(32) }]),
  };
  const logger = { warn: (...line: unknown[]) => told.push(line) } as unknown as Logger;
  const connecting = connectWorker(config, logger, 100);
  try {
    await until('it says so twice', async () => told.length > 1);
    expect(told).toContainEqual([
      expect.objectContaining({ address, waitedMs: expect.any(Number) as number }),
      'waiting for Temporal, which does not answer',
    ]);
    await proxy.heal();
    await (await connecting).close();
  } finally {
    await proxy.close();
  }
});
