import { z } from 'zod';
import type { TransactionStatus } from '../../contracts/hbc/decision.js';
import { banners, workflowIdOf } from '../../contracts/hbc/transaction.js';
import { ScreeningEnded } from '../../contracts/unavailable.js';
import { listStatuses } from '../../db/reconcile.js';
import type { OpenOrder } from '../../db/sweeps.js';
import { rebuildOrder } from '../../services/transactions/rebuild.js';
import { transactionIdOfWorkflow } from '../../services/transactions/ids.js';
import { catchUp, rebuildContextOf } from '../catch-up.js';
import { compareOne, type Finding, isEnded } from './findings.js';
import type { OpenWalkDeps } from './walk-postgres.js';

/** A line of OMS's list: an order and shipment group, and what OMS has done with it. */
const OmsLine = z.object({
  banner: z.enum(banners),
  orderId: z.string().min(1),
  groupId: z.string().min(1),
  state: z.enum(['processed', 'cancelled', 'open']),
  /** When OMS acted. */
  at: z.iso.datetime({ offset: true }).optional(),
});
type OmsLine = z.output<typeof OmsLine>;

/** A line of the list cannot be read. The message names the line, never its content. */
export class OmsListFault extends Error {
  override readonly name = 'OmsListFault';
}

const parse = (line: string, number: number): OmsLine => {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    throw new OmsListFault(`line ${number} is not JSON`);
  }
  const parsed = OmsLine.safeParse(raw);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map(({ path }) => path.join('.'));
  throw new OmsListFault(`line ${number} is wrong at ${paths.join(', ') || '$'}`);
};

const batchSize = 200;

/** The lines in batches, so that a list of any length is read. */
const batchesOf = async function* (lines: AsyncIterable<string>) {
  let batch: OmsLine[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    batch.push(parse(line, number));
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
};

type KnownOrder = Omit<Finding, 'kind'>;

/** A workflow that waits for a person learns that there is nothing left to decide. */
const recheck = (deps: OpenWalkDeps, workflowId: string): Promise<void> =>
  deps.screening.recheck(workflowId).catch((error: unknown) => {
    if (!(error instanceof ScreeningEnded)) throw error;
  });

const takeOver = async (deps: OpenWalkDeps, line: OmsLine, known: KnownOrder): Promise<Finding> => {
  const { transactionId, workflowId } = known;
  const action = line.state === 'processed' ? 'process' : 'cancel';
  const context = rebuildContextOf(deps);
  const at = line.at === undefined ? context.now : new Date(line.at);
  const step = { kind: 'settlement', at, action, round: Number.MAX_SAFE_INTEGER } as const;
  const rehearsed = { ...context, isRehearsal: !deps.isApplied };
  const rebuilt = await rebuildOrder(rehearsed, transactionId, [step], 'oms');
  if (deps.isApplied) await recheck(deps, workflowId);
  return { kind: 'oms_ahead', ...known, after: rebuilt?.after };
};

/** OMS cancels by itself what it has withdrawn. */
const isSame = (status: TransactionStatus, { state }: OmsLine): boolean =>
  status === state || (status === 'withdrawn' && state === 'cancelled');

const compare = async (
  deps: OpenWalkDeps,
  line: OmsLine,
  known: KnownOrder,
  stored: OpenOrder | undefined,
): Promise<Finding | undefined> => {
  if (stored === undefined) {
    const run = await deps.runs.inspect(known.workflowId);
    return run.kind === 'none' ? { kind: 'oms_only', ...known } : undefined;
  }
  const hasActed = stored.status === 'processed' || stored.status === 'cancelled';
  if (line.state === 'open') return hasActed ? { kind: 'oms_has_not_acted', ...known } : undefined;
  if (isSame(stored.status, line)) return undefined;
  if (isEnded(stored.status)) return { kind: 'contradiction', ...known };
  // The walk over Temporal's orders may have left this one out, or only reported it.
  const rebuilt = await catchUp(deps, known, !deps.isApplied);
  if (rebuilt?.isChanged) deps.found({ kind: 'behind', ...known, after: rebuilt.after });
  const status = rebuilt?.after ?? stored.status;
  if (isSame(status, line)) return undefined;
  if (isEnded(status)) return { kind: 'contradiction', ...known, after: status };
  if (status === 'deciding') return { kind: 'oms_undecided', ...known };
  return takeOver(deps, line, known);
};

/**
 * Compares OMS's list with Postgres and takes over what OMS has done, without a call to OMS. Run
 * after Temporal's histories, which also know who decided. Returns how many lines it has read.
 * Throws `OmsListFault` and `TemporarilyUnavailable`.
 */
export const walkOms = async (
  deps: OpenWalkDeps,
  lines: AsyncIterable<string>,
): Promise<number> => {
  let seen = 0;
  for await (const batch of batchesOf(lines)) {
    const named = batch.map((line) => {
      const workflowId = workflowIdOf(line);
      return { line, workflowId, transactionId: transactionIdOfWorkflow(workflowId) };
    });
    const rows = await listStatuses(
      deps.db,
      named.map(({ transactionId }) => transactionId),
    );
    const stored = new Map(rows.map((row) => [row.transactionId, row]));
    for (const { line, workflowId, transactionId } of named) {
      const row = stored.get(transactionId);
      const known = { transactionId, workflowId, postgres: row?.status, oms: line.state };
      await compareOne(deps.found, known, () => compare(deps, line, known, row));
    }
    seen += batch.length;
  }
  return seen;
};
