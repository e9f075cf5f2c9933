import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Runtime } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { createLogger } from '../../runtime/logger.js';
import { installTelemetry } from '../../worker/telemetry.js';
import { freePort } from '../support/ports.js';

it('a port that another process takes before the SDK does costs another try, and no start', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const ports = [port, port, await freePort()];
  const logger = createLogger('worker', 'fatal');
  try {
    const always = installTelemetry(logger, () => Promise.resolve(port));
    await expect(always).rejects.toThrow('Address already in use');
    const metrics = await installTelemetry(logger, () => Promise.resolve(ports.shift() ?? 0));
    expect(ports).toEqual([]);
    expect(await metrics()).toEqual(expect.any(String));
  } finally {
    taken.close();
    await Runtime.instance().shutdown();
  }
});
