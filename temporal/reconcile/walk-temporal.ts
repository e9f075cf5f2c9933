import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { listStatuses } from '../../db/reconcile.js';
import type { OpenOrder } from '../../db/sweeps.js';
import { transactionIdOfWorkflow } from '../../services/transactions/ids.js';
import { screenTransactionType } from '../../workflows/order/messages.js';
import { catchUp, type CatchUpDeps } from '../catch-up.js';
import { statusIn } from '../own-run.js';
import { temporalFault } from '../temporal-fault.js';
import { compareOne, type Finding, type Found, isEnded } from './findings.js';

export interface WalkDeps extends CatchUpDeps {
  readonly client: Client;
  readonly taskQueue: string;
  /** False only reports. */
  readonly isApplied: boolean;
  readonly found: Found;
}

type RunInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const pageSize = 200;
const callMs = 30_000;

/** Statuses of which only the history tells the round. */
const severalRounds: ReadonlySet<string> = new Set(['oms_rejected', 'settling']);

const queryOf = (taskQueue: string, since: Date | undefined): string =>
  [
    `WorkflowType = '${screenTransactionType}'`,
    `TaskQueue = '${taskQueue}'`,
    ...(since ? [`(ExecutionStatus = 'Running' OR CloseTime >= '${since.toISOString()}')`] : []),
  ].join(' AND ');

/** The pages of all runs of orders, or of those that were open at `since` or later. */
const pagesOf = async function* ({ client, taskQueue }: WalkDeps, since: Date | undefined) {
  let nextPageToken: Uint8Array | undefined;
  do {
    const token = nextPageToken;
    const page = await client
      .withDeadline(Date.now() + callMs, () =>
        client.workflowService.listWorkflowExecutions({
          ...{ namespace: client.options.namespace, query: queryOf(taskQueue, since), pageSize },
          ...(token && { nextPageToken: token }),
        }),
      )
      .catch((error: unknown) => {
        throw temporalFault(error);
      });
    yield page.executions ?? [];
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
};

const compare = async (
  deps: WalkDeps,
  order: Pick<Finding, 'transactionId' | 'workflowId' | 'temporal'>,
  stored: OpenOrder | undefined,
): Promise<Finding | undefined> => {
  if (stored === undefined) return { kind: 'not_in_postgres', ...order };
  const postgres = stored.status;
  const known = { ...order, postgres };
  const isSame = postgres === order.temporal;
  if (isEnded(postgres)) {
    return isSame || !isEnded(order.temporal) ? undefined : { kind: 'contradiction', ...known };
  }
  if (isSame && !severalRounds.has(postgres)) return undefined;
  const rebuilt = await catchUp(deps, order, !deps.isApplied);
  // A workflow that has not changed it is under way, or not the order's own.
  return rebuilt?.isChanged ? { kind: 'behind', ...known, after: rebuilt.after } : undefined;
};

const orderOf = (run: RunInfo): Pick<Finding, 'transactionId' | 'workflowId' | 'temporal'> => {
  const workflowId = run.execution?.workflowId ?? '';
  return {
    workflowId,
    transactionId: transactionIdOfWorkflow(workflowId),
    temporal: statusIn(run),
  };
};

/**
 * Compares every order that Temporal knows with Postgres, page by page, and brings Postgres up to
 * date. A faulty order does not hold up the others. Returns how many runs it has seen. Throws
 * `TemporarilyUnavailable`.
 */
export const walkTemporal = async (deps: WalkDeps, since: Date | undefined): Promise<number> => {
  let seen = 0;
  for await (const page of pagesOf(deps, since)) {
    seen += page.length;
    // The latest run of each order comes first.
    const orders = [
      ...new Map(page.toReversed().map((run) => [run.execution?.workflowId, run])),
    ].map(([, run]) => orderOf(run));
    const ids = orders.map(({ transactionId }) => transactionId);
    const rows = await listStatuses(deps.db, ids);
    const stored = new Map(rows.map((row) => [row.transactionId, row]));
    for (const order of orders) {
      const row = stored.get(order.transactionId);
      await compareOne(deps.found, order, () => compare(deps, order, row));
    }
  }
  return seen;
};
