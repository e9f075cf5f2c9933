import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import { launch } from '../../local/managed-process.js';
import { untilReady } from '../../local/readiness.js';
import { commandOf } from '../../runtime/launcher.js';
import { connectNow } from '../../runtime/temporal.js';
import { answerUpdate, noop } from './workflow.js';

/** The engine's own limit: a workflow that does nothing, answered by one call to the server. */
export interface Floor {
  /** Starts one workflow and waits for its answer. */
  readonly call: () => Promise<void>;
  /** The bare worker's process. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const taskQueue = 'bench-noop';
const readyTimeoutMs = 60_000;
const callTimeoutMs = 10_000;

/** Starts the bare worker on the Temporal server at `address`. */
export const startFloor = async (
  address: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Floor> => {
  const file = fileURLToPath(new URL('main.ts', import.meta.url));
  let isPolling = false;
  const worker = launch(commandOf(file, address, taskQueue), {
    env,
    onLine: (line) => {
      isPolling ||= line === 'polling';
    },
  });
  const probe = async () => isPolling;
  await untilReady({
    ...{ name: 'bare worker', process: worker, probe, signal },
    timeoutMs: readyTimeoutMs,
  });
  const connection = await connectNow({ address });
  const client = new Client({ connection });
  const start = () =>
    new WithStartWorkflowOperation(noop, {
      workflowId: `noop-${randomUUID()}`,
      ...{ taskQueue, workflowIdConflictPolicy: 'USE_EXISTING' },
    });
  return {
    pid: worker.pid ?? process.pid,
    call: () =>
      client.withDeadline(Date.now() + callTimeoutMs, async () => {
        await client.workflow.executeUpdateWithStart(answerUpdate, {
          startWorkflowOperation: start(),
        });
      }),
    stop: async () => {
      await connection.close();
      await worker.stop();
    },
  };
};
