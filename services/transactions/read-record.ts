import type { Decision, TransactionStatus } from '../../contracts/hbc/decision.js';
import { insertAudit } from '../../db/audit.js';
import type { Queryable } from '../../db/pool.js';
import type { Actor, Vault } from '../ports.js';
import { loadRecord } from './build-record.js';

export interface ReadRecord {
  readonly transactionId: string;
  readonly createdDate: string;
  readonly lastModifiedDate: string;
  readonly transaction: Readonly<Record<string, unknown>>;
  /** The current decision; absent while the transaction is being decided. */
  readonly decision?: Decision;
  /** The decision as first answered. */
  readonly answered?: Decision;
  readonly status: TransactionStatus;
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** Reads a record; each read is audited (PCI DSS 10.2.1.1). Undefined when the id is unknown. */
export const readRecord = async (
  deps: { readonly db: Queryable; readonly vault: Vault },
  actor: Actor,
  transactionId: string,
  now: Date,
): Promise<ReadRecord | undefined> => {
  const stored = await loadRecord(deps, transactionId);
  if (stored === undefined) return undefined;
  const audited = { actor: actor.name, action: 'record.read', object: transactionId, at: now };
  await insertAudit(deps.db, audited);
  return {
    transactionId,
    createdDate: dayOf(stored.row.received_at),
    lastModifiedDate: dayOf(stored.row.updated_at),
    transaction: stored.transaction,
    ...(stored.decision === undefined ? {} : { decision: stored.decision }),
    ...(stored.answered === undefined ? {} : { answered: stored.answered }),
    status: stored.status,
  };
};
