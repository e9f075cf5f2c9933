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

/** The fields of an SDK log entry that may be logged: ids and types, never payloads or messages. */
const metaOf = (entry: LogEntry): Record<string, unknown> => {
  const { workflowId, runId, activityType, attempt, taskQueue, sdkComponent } = entry.meta ?? {};
  return { workflowId, runId, activityType, attempt, taskQueue, sdkComponent };
};

/** The SDK warns so about workers that run activities only, which is intended. */
const expected = 'No workflows registered';

const install = (bindAddress: string, logger: Logger): void => {
  Runtime.install({
    logger: new DefaultLogger('INFO', (entry) => {
      if (entry.message.startsWith(expected)) return;
      logger[levels[entry.level]](metaOf(entry), entry.message);
    }),
    telemetryOptions: { metrics: { prometheus: { bindAddress } } },
    shutdownSignals: [],
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
