// By their files: the package itself loads the bundler of workflows.
import { DefaultLogger, type LogEntry } from '@temporalio/worker/lib/logger.js';
import { Runtime } from '@temporalio/worker/lib/runtime.js';
import type { RuntimeOptions } from '@temporalio/worker/lib/runtime-options.js';
import type { Logger } from '../runtime/logger.js';

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

/** Sends the log lines of Temporal's SDK to `logger`. The process handles its own signals. */
export const coreOptionsOf = (logger: Logger): RuntimeOptions => ({
  logger: new DefaultLogger('INFO', (entry) => {
    if (entry.message.startsWith(expected)) return;
    logger[levels[entry.level]](metaOf(entry), entry.message);
  }),
  shutdownSignals: [],
});

/** Sets Temporal's SDK up for a process without workers. Must run before its first connection. */
export const installCore = (logger: Logger): void => {
  Runtime.install(coreOptionsOf(logger));
};
