import type { Decision, TransactionStatus } from '../../contracts/hbc/decision.js';
import { insertAudit } from '../../db/audit.js';
import type { Queryable } from '../../db/pool.js';
import type { Actor, Vault } from '../ports.js';
import { loadRecord, type TransactionRecord } from './build-record.js';

export interface ReadRecord extends TransactionRecord {
  /** The current decision; absent while the transaction is being decided. */
  readonly decision?: Decision;
  /** The decision as first answered. */
  readonly answered?: Decision;
  readonly status: TransactionStatus;
}

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
  const { row, record, decided } = stored;
  return {
    ...record,
    ...(decided && { decision: decided.decision, answered: decided.answered }),
    status: row.status,
  };
};
