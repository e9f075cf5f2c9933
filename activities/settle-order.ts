import { ApplicationFailure, Context } from '@temporalio/activity';
import { OmsUnavailable } from '../partners/oms/client.js';
import { reopenCase } from '../services/cases/reopen-case.js';
import { buildRecord } from '../services/transactions/build-record.js';
import { markSettled } from '../services/transactions/mark-settled.js';
import type { ActivityDeps } from './deps.js';

export interface SettleOrderInput {
  readonly transactionId: string;
  readonly banner: string;
  readonly orderId: string;
  readonly action: 'process' | 'cancel';
  readonly round: number;
  readonly reviewExpireAfterMs: number;
}

export type SettleOrderResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly dueAtMs: number };

/** Below the activity's own time limit, so that a slow OMS is reported by type. */
const omsTimeoutMs = 10_000;

/**
 * Below this, `Retry-After` (0, or a date that has passed) asks for no more than our own growing
 * pauses give. Temporal would take 0 for an end of all tries.
 */
const retryAfterMinMs = 1000;

/** OMS is away: Temporal retries, after `Retry-After` when OMS gave one. */
const retryLater = ({ retryAfterMs = 0 }: OmsUnavailable): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'OmsUnavailable',
    message: 'OMS did not take the settlement; it is tried again',
    category: 'BENIGN',
    ...(retryAfterMs < retryAfterMinMs ? {} : { nextRetryDelay: retryAfterMs }),
  });

/**
 * Has OMS process or cancel the order. It may run twice: OMS knows the call by its idempotency
 * key, and a settlement that is already noted is not sent again.
 */
export const settleOrder =
  (deps: Pick<ActivityDeps, 'pool' | 'vault' | 'oms' | 'reports' | 'now'>) =>
  async (input: SettleOrderInput): Promise<SettleOrderResult> => {
    const { transactionId, action } = input;
    const source = { db: deps.pool, vault: deps.vault };
    const { record, row } = await buildRecord(source, transactionId);
    const dueAtMs = deps.now().getTime() + input.reviewExpireAfterMs;
    if (row.status === 'oms_rejected') return { kind: 'refused', dueAtMs };
    if (row.status === 'processed' || row.status === 'cancelled') return { kind: 'done' };
    const result = await deps.oms
      .settle({
        action,
        orderId: input.orderId,
        record,
        idempotencyKey: `${row.workflow_id}:${action}`,
        signal: Context.current().cancellationSignal,
        timeoutMs: omsTimeoutMs,
      })
      .catch((error: unknown) => {
        if (!(error instanceof OmsUnavailable)) throw error;
        deps.reports.settled(action, 'unavailable');
        if (error.isUnauthorized) deps.reports.alarm('oms_unauthorized');
        throw retryLater(error);
      });
    deps.reports.settled(action, result.kind);
    if (result.kind === 'done') {
      await markSettled(deps.pool, transactionId, action, deps.now());
      return { kind: 'done' };
    }
    deps.reports.alarm('oms_refused');
    await reopenCase(deps, {
      transactionId,
      banner: input.banner,
      round: input.round + 1,
      action,
      omsStatus: result.status,
      omsReason: result.reason,
      dueAt: new Date(dueAtMs),
      now: deps.now(),
    });
    return { kind: 'refused', dueAtMs };
  };
