import type { Verdict, VerdictRequest, VerdictSource } from '../../contracts/hbc/decision.js';
import { ScreeningEnded, ScreeningStuck } from '../../contracts/unavailable.js';
import { insertAudit } from '../../db/audit.js';
import { closeCase, findCaseOfTransaction, lockOpenRound } from '../../db/cases.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { findTransaction, moveStatus, type TransactionRow } from '../../db/transactions.js';
import { findLatestVerdict, insertVerdict } from '../../db/verdicts.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { VerdictReceipt } from '../../workflows/order/messages.js';
import type { Actor, SubmitVerdict, Vault } from '../ports.js';
import { findStanding, type Standing } from '../transactions/decisions.js';
import { sealRemarks } from './sealed-texts.js';

/** What came of a verdict. `taken` also stands for a repeat of the same verdict. */
export type VerdictResult =
  | { readonly kind: 'taken' }
  | { readonly kind: 'unknown_transaction' }
  | { readonly kind: 'conflict' }
  /** The shopper or OMS has cancelled the order: it takes no verdict any more. */
  | { readonly kind: 'withdrawn' }
  /** The case is moving; the same request may be sent again. */
  | { readonly kind: 'try_again' }
  /** In review, but no workflow runs that could take it: it was ended, or it is stuck. */
  | { readonly kind: 'workflow_missing' };

interface GiveVerdictDeps {
  readonly db: Queryable;
  readonly submitVerdict: SubmitVerdict;
}

const compare = (asked: Verdict, decided: Verdict): VerdictResult =>
  asked === decided ? { kind: 'taken' } : { kind: 'conflict' };

/** The final outcome of a transaction that is settling or settled. */
const finalOutcome = async (db: Queryable, row: TransactionRow): Promise<Verdict> => {
  const verdict = await findLatestVerdict(db, row.transaction_id);
  if (verdict !== undefined) return verdict.outcome;
  const answered = JSON.parse(row.answer ?? '{}') as { recommendationCode?: string };
  return answered.recommendationCode === 'accept' ? 'accept' : 'reject';
};

const judge = (asked: Verdict, receipt: VerdictReceipt): VerdictResult => {
  switch (receipt.result) {
    case 'accepted':
      return { kind: 'taken' };
    case 'already_decided':
      return compare(asked, receipt.recommendationCode);
    case 'withdrawn':
      return { kind: 'withdrawn' };
    case 'other_round':
    case 'deciding':
      return { kind: 'try_again' };
    default:
      return receipt satisfies never;
  }
};

/** Undefined when the workflow ended while it was asked: the row then tells more. */
const submit = async (
  deps: GiveVerdictDeps,
  row: TransactionRow,
  request: VerdictRequest,
  actor: Actor,
): Promise<VerdictResult | undefined> => {
  const round = (await findCaseOfTransaction(deps.db, row.transaction_id))?.round ?? 0;
  const { recommendationCode, remarks } = request;
  const message = { recommendationCode, reviewer: actor.name, round };
  try {
    // Masked before Temporal keeps it, although what it keeps is sealed.
    const sent = remarks ? { ...message, remarks: maskCardNumbers(remarks) } : message;
    return judge(recommendationCode, await deps.submitVerdict(row.workflow_id, sent));
  } catch (error) {
    if (error instanceof ScreeningEnded) return undefined;
    if (error instanceof ScreeningStuck) return { kind: 'workflow_missing' };
    throw error;
  }
};

/** Looks at the row again when the case moved on between two steps, then gives up. */
const looksMax = 3;

/**
 * Gives a person's verdict by the status of the transaction. `taken` is answered only after the
 * workflow has taken it: two people can never both be told yes to opposite verdicts.
 * Throws `TemporarilyUnavailable`.
 */
export const giveVerdict = async (
  deps: GiveVerdictDeps,
  actor: Actor,
  request: VerdictRequest,
): Promise<VerdictResult> => {
  for (let look = 1; look <= looksMax; look += 1) {
    const row = await findTransaction(deps.db, request.transactionId);
    if (row === undefined) return { kind: 'unknown_transaction' };
    switch (row.status) {
      case 'deciding':
        return { kind: 'try_again' };
      case 'withdrawn':
        return { kind: 'withdrawn' };
      case 'settling':
      case 'processed':
      case 'cancelled':
        return compare(request.recommendationCode, await finalOutcome(deps.db, row));
      case 'in_review':
      case 'oms_rejected': {
        const result = await submit(deps, row, request, actor);
        if (result !== undefined) return result;
        break;
      }
      default:
        return row.status satisfies never;
    }
  }
  return { kind: 'workflow_missing' };
};

export interface VerdictToRecord {
  readonly transactionId: string;
  readonly round: number;
  readonly outcome: 'accept' | 'reject';
  readonly source: VerdictSource;
  readonly reviewer: string;
  readonly remarks: string;
  readonly now: Date;
}

/**
 * Stores the verdict that won a round, closes the case and moves the transaction to `settling`.
 * Insert-or-return: where the order is not open in this round, nothing changes. Returns where the
 * order stands then, by what is stored: the workflow follows it, also when it remembers another
 * verdict. Throws `TemporarilyUnavailable`.
 */
export const recordVerdict = async (
  deps: { readonly pool: Pool; readonly vault: Vault },
  verdict: VerdictToRecord,
): Promise<Standing> => {
  const { transactionId, round, now } = verdict;
  const reviewer = maskCardNumbers(verdict.reviewer);
  return inTransaction(deps.pool, async (db) => {
    if ((await lockOpenRound(db, transactionId)) !== round) return findStanding(db, transactionId);
    await insertVerdict(db, {
      transactionId,
      round,
      outcome: verdict.outcome,
      source: verdict.source,
      reviewer,
      remarks: sealRemarks(deps.vault, verdict, maskCardNumbers(verdict.remarks)),
      decidedAt: now,
    });
    await closeCase(db, transactionId, now);
    await moveStatus(db, transactionId, ['in_review', 'oms_rejected'], 'settling', now);
    await insertAudit(db, {
      actor: reviewer,
      action: 'verdict.recorded',
      object: transactionId,
      details: { outcome: verdict.outcome, source: verdict.source, round },
      at: now,
    });
    return { status: 'settling', outcome: verdict.outcome, round, dueAtMs: null };
  });
};
