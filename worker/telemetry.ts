import { createServer } from 'node:net';
import { Runtime } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.js';
import { coreOptionsOf } from '../temporal/core-runtime.js';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

const install = (bindAddress: string, logger: Logger): void => {
  Runtime.install({
    ...coreOptionsOf(logger),
    telemetryOptions: { metrics: { prometheus: { bindAddress } } },
  });
};

/** A port taken this many times in a row is no accident. */
const triesMax = 10;

/**
 * Sends the SDK's log lines to `logger` and returns a reader of its metrics. Must run before the
 * first connection. The SDK does not tell which port it got for port 0, so this chooses a free one,
 * and another when it is taken meanwhile. Throws the SDK's error after the last attempt.
 */
export const installTelemetry = async (
  logger: Logger,
  choosePort: () => Promise<number> = freePort,
): Promise<() => Promise<string>> => {
  for (let tries = 1; ; tries += 1) {
    const bindAddress = `127.0.0.1:${await choosePort()}`;
    try {
      install(bindAddress, logger);
      return async () => (await fetch(`http://${bindAddress}/metrics`)).text();
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('Address already in use');
      if (!isTaken || tries === triesMax) throw error;
    }
  }
};
