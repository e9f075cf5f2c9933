import type { Decision, TransactionStatus } from '../../contracts/hbc/decision.js';
import { type Banner, workflowIdOf } from '../../contracts/hbc/transaction.js';
import { insertAudit } from '../../db/audit.js';
import type { DecisionRow } from '../../db/decisions.js';
import { findOrder, findOrderRecord } from '../../db/orders.js';
import type { AnswerRow } from '../../db/partner-answers.js';
import { listByOrder, type TransactionRow } from '../../db/transactions.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import type { Context, Vault } from '../context.js';
import { currentDecision } from './decisions.js';

interface ReceivedTransaction {
  readonly transaction: SanitisedTransaction;
  readonly receivedAt: Date;
}

/** A stored transaction, with the partners' usable answers that are stored by now. */
export interface LoadedTransaction extends ReceivedTransaction {
  readonly answers: readonly PartnerAnswer[];
}

/**
 * Decrypts a stored, sanitised transaction. Its shape needs no check: only `openTransaction` writes
 * it, from a parsed value. Throws when it cannot be decrypted.
 */
export const openBody = (vault: Vault, transactionId: string, body: Buffer): SanitisedTransaction =>
  JSON.parse(vault.open(body, transactionId)) as SanitisedTransaction;

/** Loads a stored transaction. Throws when it is unknown or cannot be decrypted. */
export const loadTransaction = async (
  { db, vault }: Context<'vault'>,
  transactionId: string,
): Promise<LoadedTransaction> => {
  const order = await findOrder(db, transactionId);
  if (order === undefined) throw new Error(`transaction ${transactionId} is not stored`);
  const { body, receivedAt, answers } = order;
  return { transaction: openBody(vault, transactionId, body), receivedAt, answers };
};

/** A decided transaction, with the partners' answers so far. */
export interface DecidedTransaction extends ReceivedTransaction {
  readonly totalScore: number;
  /** Usable answers only, late ones included. */
  readonly kept: readonly PartnerAnswer[];
}

/**
 * Answers stored by themselves, else those of the decision: storing an answer may have failed
 * although storing the decision succeeded.
 */
const keptOf = (kept: readonly AnswerRow[], decision: DecisionRow): PartnerAnswer[] => {
  const own = kept.map(({ answer }) => answer);
  const names = new Set(own.map(({ partner }) => partner));
  const decided = decision.partner_answers.filter(
    ({ kind, partner }) => kind === 'answered' && !names.has(partner),
  );
  return [...own, ...decided];
};

/** Loads a decided transaction. Throws when it is unknown or undecided. */
export const loadDecided = async (
  { db, vault }: Context<'vault'>,
  transactionId: string,
): Promise<DecidedTransaction> => {
  const order = await findOrderRecord(db, transactionId);
  if (order?.decision === undefined) throw new Error('the transaction has no decision yet');
  const { row, body, decision, answers } = order;
  return {
    transaction: openBody(vault, transactionId, body),
    receivedAt: row.received_at,
    totalScore: decision.total_score,
    kept: keptOf(answers, decision),
  };
};

/** The part of the HBC `DBRecord` that exists from the order's arrival. */
export interface TransactionRecord {
  readonly transactionId: string;
  readonly createdDate: string;
  readonly lastModifiedDate: string;
  /** As posted, with the card number masked and `authCode` empty. */
  readonly transaction: Readonly<Record<string, unknown>>;
}

interface StoredRecord {
  readonly row: TransactionRow;
  readonly transaction: SanitisedTransaction;
  /** Partners' answers that were stored by themselves, before or after the decision. */
  readonly kept: readonly AnswerRow[];
  readonly record: TransactionRecord;
  /** Undefined while the transaction is being decided. */
  readonly decided:
    | {
        readonly row: DecisionRow;
        /** The present decision: after a verdict the final one. */
        readonly decision: Decision;
        /** As first answered. */
        readonly answered: Decision;
        /** The round of the latest verdict; 0 without one. */
        readonly round: number;
      }
    | undefined;
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

const asPosted = ({ card: _card, ...transaction }: SanitisedTransaction) => ({
  ...transaction,
  creditCard: { ...transaction.creditCard, authCode: '' },
});

/** Everything stored about a transaction; undefined for an unknown id. */
export const loadRecord = async (
  { db, vault }: Context<'vault'>,
  transactionId: string,
): Promise<StoredRecord | undefined> => {
  const stored = await findOrderRecord(db, transactionId);
  if (stored === undefined) return undefined;
  const { row, decision, verdict } = stored;
  const transaction = openBody(vault, transactionId, stored.body);
  return {
    row,
    transaction,
    kept: stored.answers,
    record: {
      transactionId,
      createdDate: dayOf(row.received_at),
      lastModifiedDate: dayOf(row.updated_at),
      transaction: asPosted(transaction),
    },
    decided: decision && {
      row: decision,
      decision: currentDecision(vault, decision, verdict),
      answered: JSON.parse(decision.answer) as Decision,
      round: verdict?.round ?? 0,
    },
  };
};

/** A decided order as its settlement needs it. */
export interface RecordToSettle {
  /** What OMS gets with `process` or `cancel`. */
  readonly record: TransactionRecord & { readonly decision: Decision };
  readonly status: TransactionStatus;
  readonly workflowId: string;
  /** The round of its outcome. */
  readonly round: number;
}

/** Reads an order for its settlement. Throws when there is no decision yet. */
export const buildRecord = async (
  context: Context<'vault'>,
  transactionId: string,
): Promise<RecordToSettle> => {
  const stored = await loadRecord(context, transactionId);
  if (stored?.decided === undefined) throw new Error('the transaction has no decision yet');
  const { row, record, decided } = stored;
  return {
    record: { ...record, decision: decided.decision },
    status: row.status,
    workflowId: row.workflow_id,
    round: decided.round,
  };
};

/** The same, without reading, of an order that has just been decided and is to be settled. */
export const recordOfDecided = (
  { transaction, receivedAt }: ReceivedTransaction,
  { answer, decidedAt }: { readonly answer: string; readonly decidedAt: Date },
): RecordToSettle => {
  const decision = JSON.parse(answer) as Decision;
  return {
    record: {
      transactionId: decision.transactionId,
      createdDate: dayOf(receivedAt),
      lastModifiedDate: dayOf(decidedAt),
      transaction: asPosted(transaction),
      decision,
    },
    ...{ status: 'settling', workflowId: workflowIdOf(transaction), round: 0 },
  };
};

interface ReadRecord extends TransactionRecord {
  /** The current decision; absent while the transaction is being decided. */
  readonly decision?: Decision;
  /** The decision as first answered. */
  readonly answered?: Decision;
  readonly status: TransactionStatus;
}

/** Reads a record. Each read is audited (PCI DSS 10.2.1.1). Undefined for an unknown id. */
export const readRecord = async (
  context: Context<'vault' | 'actor' | 'now'>,
  transactionId: string,
): Promise<ReadRecord | undefined> => {
  const { actor, now } = context;
  const stored = await loadRecord(context, transactionId);
  if (stored === undefined) return undefined;
  const audited = { actor: actor.name, action: 'record.read', object: transactionId, at: now };
  await insertAudit(context.db, audited);
  const { row, record, decided } = stored;
  return {
    ...record,
    ...(decided && { decision: decided.decision, answered: decided.answered }),
    status: row.status,
  };
};

interface FoundTransaction {
  readonly transactionId: string;
  readonly banner: Banner;
  readonly orderId: string;
  readonly groupId: string;
  readonly status: TransactionStatus;
  readonly receivedAt: string;
  /** The decision as first answered; null while the transaction is being decided. */
  readonly answered: Decision | null;
}

/** The transactions of an order. After a 503 the sender does not know the transaction id. */
export const findByOrder = async (
  { db }: Context,
  key: { readonly banner: string; readonly orderId: string; readonly groupId?: string | undefined },
): Promise<FoundTransaction[]> =>
  (await listByOrder(db, key)).map((row) => ({
    transactionId: row.transaction_id,
    banner: row.banner,
    orderId: row.order_id,
    groupId: row.group_id,
    status: row.status,
    receivedAt: row.received_at.toISOString(),
    answered: row.answer === null ? null : (JSON.parse(row.answer) as Decision),
  }));
