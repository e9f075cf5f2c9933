import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { Keyring } from '../../runtime/keyring.js';
import { createTemporalClient } from '../../runtime/temporal.js';
import { startProxy } from '../support/proxy.js';

it('a call that is retried when its connection is closed ends, and throws in no timer', async () => {
  const [host = '', port] = inject('temporalAddress').split(':');
  const proxy = await startProxy(host, Number(port));
  const client = createTemporalClient({
    TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}`,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_TLS: 'false',
    TEMPORAL_API_KEY: undefined,
    payloadKeys: new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]),
  });
  try {
    await client.workflow.count('');
    await proxy.cut();
    const counted = client.workflow.count('').then(
      () => 'counted',
      () => 'ended',
    );
    // The first retry comes after a tenth of a second, the next ones later and later.
    await pause(500);
    await client.connection.close();
    expect(await counted).toBe('ended');
  } finally {
    await client.connection.close();
    await proxy.close();
  }
});
