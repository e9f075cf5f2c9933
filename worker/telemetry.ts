import { createServer } from 'node:net';
import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.js';

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

const levels = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

/** What of the SDK's own log lines may be shown: ids and types, never payloads or messages. */
const metaOf = (entry: LogEntry): Record<string, unknown> => {
  const { workflowId, activityType, attempt, taskQueue, sdkComponent } = entry.meta ?? {};
  return { workflowId, activityType, attempt, taskQueue, sdkComponent };
};

/** Said of the worker that only asks partners again, as it should be. */
const expected = 'No workflows registered';

/**
 * Sends the SDK's log lines to ours and opens its metrics. Returns their reader, so that the
 * worker serves both on one port. Must run before the first connection.
 */
export const installTelemetry = async (logger: Logger): Promise<() => Promise<string>> => {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  Runtime.install({
    logger: new DefaultLogger('INFO', (entry) => {
      if (entry.message.startsWith(expected)) return;
      logger[levels[entry.level]](metaOf(entry), entry.message);
    }),
    telemetryOptions: { metrics: { prometheus: { bindAddress } } },
    shutdownSignals: [],
  });
  return async () => (await fetch(`http://${bindAddress}/metrics`)).text();
};
