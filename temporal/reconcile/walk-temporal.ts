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
  /** How many runs Temporal lists at a time; 200 unless given. */
  readonly pageSize?: number;
}

type RunInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const runsAtATime = 200;
const callMs = 30_000;

/** Statuses of which only the history tells the round. */
const severalRounds: ReadonlySet<string> = new Set(['oms_rejected', 'settling']);

const queryOf = (taskQueue: string, since: Date | undefined): string =>
  [
    `WorkflowType = '${screenTransactionType}'`,
    `TaskQueue = '${taskQueue}'`,
    ...(since ? [`(ExecutionStatus = 'Running' OR CloseTime >= '${since.toISOString()}')`] : []),
  ].join(' AND ');

interface ListRequest {
  readonly query: string;
  readonly pageSize: number;
  readonly nextPageToken?: Uint8Array;
}

/** One page of runs: those that are open, then the others, the last to close first. */
const listRuns = ({ client }: WalkDeps, request: ListRequest) =>
  client
    .withDeadline(Date.now() + callMs, () =>
      client.workflowService.listWorkflowExecutions({
        namespace: client.options.namespace,
        ...request,
      }),
    )
    .catch((error: unknown) => {
      throw temporalFault(error);
    });

/** The pages of all runs of orders, or of those that were open at `since` or later. */
const pagesOf = async function* (deps: WalkDeps, since: Date | undefined) {
  const { taskQueue, pageSize = runsAtATime } = deps;
  const request = { query: queryOf(taskQueue, since), pageSize };
  let nextPageToken: Uint8Array | undefined;
  do {
    const token = nextPageToken;
    const page = await listRuns(deps, { ...request, ...(token && { nextPageToken: token }) });
    yield page.executions ?? [];
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
};

type KnownOrder = Pick<Finding, 'transactionId' | 'workflowId' | 'temporal'>;

const orderOf = (run: RunInfo): KnownOrder => {
  const workflowId = run.execution?.workflowId ?? '';
  return {
    workflowId,
    transactionId: transactionIdOfWorkflow(workflowId),
    temporal: statusIn(run),
  };
};

/** The order as its latest run shows it, which may be on an earlier page than a listed one. */
const asLatest = async (deps: WalkDeps, listed: KnownOrder): Promise<KnownOrder> => {
  const id = listed.workflowId.replaceAll("'", "''");
  const query = `${queryOf(deps.taskQueue, undefined)} AND WorkflowId = '${id}'`;
  const [latest] = (await listRuns(deps, { query, pageSize: 1 })).executions ?? [];
  // Temporal deletes runs some time after their end.
  return latest === undefined ? listed : orderOf(latest);
};

const standsAlike = (stored: OpenOrder, { temporal }: KnownOrder): boolean => {
  if (isEnded(stored.status)) return stored.status === temporal || !isEnded(temporal);
  return stored.status === temporal && !severalRounds.has(stored.status);
};

const compare = async (
  deps: WalkDeps,
  listed: KnownOrder,
  stored: OpenOrder | undefined,
): Promise<Finding | undefined> => {
  if (stored !== undefined && standsAlike(stored, listed)) return undefined;
  const order = await asLatest(deps, listed);
  if (stored === undefined) return { kind: 'not_in_postgres', ...order };
  if (standsAlike(stored, order)) return undefined;
  const known = { ...order, postgres: stored.status };
  if (isEnded(stored.status)) return { kind: 'contradiction', ...known };
  const rebuilt = await catchUp(deps, order, !deps.isApplied);
  // A workflow that has not changed it is under way, or not the order's own.
  return rebuilt?.isChanged ? { kind: 'behind', ...known, after: rebuilt.after } : undefined;
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
    // The latest run of each order on this page comes first.
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
