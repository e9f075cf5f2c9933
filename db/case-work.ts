import { z } from 'zod';
import { statuses } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import type { AuditEntry } from './audit.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** What people do to a case, as the order events name it. */
export type CaseEventKind =
  | 'claimed'
  | 'released'
  | 'escalated'
  | 'held'
  | 'noted'
  | 'tagged'
  | 'checked'
  | 'decision_pending'
  | 'decision_undone'
  | 'decision_failed';

/** Records the audit row of a change to a case together with its order event. */
export const insertCaseEvent = async (
  db: Queryable,
  kind: CaseEventKind,
  { at, actor, object, details }: Omit<AuditEntry, 'action'>,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-case-event',
      text: `with audited as (
          insert into audit (at, actor, action, object, details)
          values ($1, $2, 'case.' || $3, $4, $5::jsonb)
        )
        insert into order_events (transaction_id, kind, at, details)
        values ($4, $3, $1::timestamptz, $5::jsonb)`,
      values: [at, actor, kind, object, toJson(details ?? {})],
    }),
  );
};

const WorkRow = z.object({
  case_id: z.string(),
  transaction_id: z.string(),
  banner: z.enum(banners),
  transaction_status: z.enum(statuses),
  status: z.enum(['open', 'closed']),
  round: z.number(),
  due_at: z.date(),
  amount: z.string().transform(Number).nullable(),
  currency: z.string().nullable(),
  claimed_by: z.string().nullable(),
  /** Null for a case that was assigned and that its holder has not opened yet. */
  claimed_at: z.date().nullable(),
  claim_until: z.date().nullable(),
  escalated_at: z.date().nullable(),
  held_until: z.date().nullable(),
});
/** What decides whether somebody may act on a case. */
export type CaseWorkRow = z.output<typeof WorkRow>;

/**
 * Locks a case and its order, as each statement that ends a review does, until the database
 * transaction ends. Undefined when there is no such case.
 */
export const lockCase = async (db: Queryable, caseId: string): Promise<CaseWorkRow | undefined> => {
  const locked = await reached(
    db.query({
      name: 'lock-case',
      text: `select from transactions t join cases c using (transaction_id)
        where c.case_id = $1 for update of t, c`,
      values: [caseId],
    }),
  );
  if (locked.rowCount === 0) return undefined;
  const [row] = await listCaseWork(db, [caseId]);
  return row;
};

/** The same of several cases without a lock, in any order. */
export const listCaseWork = async (
  db: Queryable,
  caseIds: readonly string[],
): Promise<CaseWorkRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-case-work',
      text: `select c.case_id, c.transaction_id, c.banner, t.status as transaction_status,
          c.status, c.round, c.due_at, coalesce(c.amount, h.amount) as amount,
          coalesce(c.currency, h.currency) as currency, c.claimed_by, c.claimed_at,
          c.claim_until, c.escalated_at, c.held_until
        from cases c
        join transactions t using (transaction_id)
        left join order_history h using (transaction_id)
        where c.case_id = any($1::uuid[])`,
      values: [caseIds],
    }),
  );
  return parseRows(WorkRow, rows);
};

export interface NewClaim {
  readonly by: string;
  /** Null until its holder opens the case. */
  readonly at: Date | null;
  readonly until: Date;
}

/** Sets or, with null, ends the claim of a case. */
export const setClaim = async (
  db: Queryable,
  caseId: string,
  claim: NewClaim | null,
): Promise<void> => {
  await reached(
    db.query({
      name: 'set-claim',
      text: `update cases set claimed_by = $2, claimed_at = $3, claim_until = $4
        where case_id = $1`,
      values: [caseId, claim?.by ?? null, claim?.at ?? null, claim?.until ?? null],
    }),
  );
};

/** Prolongs a claim that has not ended; false when it has. */
export const prolongClaim = async (
  db: Queryable,
  caseId: string,
  { by, at, until }: NewClaim & { readonly at: Date },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'prolong-claim',
      text: `update cases set claim_until = greatest(claim_until, $4),
          claimed_at = coalesce(claimed_at, $3)
        where case_id = $1 and claimed_by = $2 and claim_until > $3 and status = 'open'`,
      values: [caseId, by, at, until],
    }),
  );
  return rowCount === 1;
};

/** Ends a claim sooner; one that lasts beyond `latest` was given to its holder, and stays. */
export const shortenClaim = async (
  db: Queryable,
  caseId: string,
  { by, until, latest }: Pick<NewClaim, 'by' | 'until'> & { readonly latest: Date },
): Promise<void> => {
  await reached(
    db.query({
      name: 'shorten-claim',
      text: `update cases set claim_until = $3
        where case_id = $1 and claimed_by = $2 and claim_until > $3 and claim_until <= $4
          and status = 'open'`,
      values: [caseId, by, until, latest],
    }),
  );
};

/** Escalates a case or, with null, takes the escalation back. */
export const setEscalation = async (
  db: Queryable,
  caseId: string,
  escalation: { readonly by: string; readonly at: Date } | null,
): Promise<void> => {
  await reached(
    db.query({
      name: 'set-escalation',
      text: 'update cases set escalated_by = $2, escalated_at = $3 where case_id = $1',
      values: [caseId, escalation?.by ?? null, escalation?.at ?? null],
    }),
  );
};

/** Holds a case until a time or, with null, ends the hold. */
export const setHold = async (
  db: Queryable,
  caseId: string,
  hold: { readonly by: string; readonly until: Date } | null,
): Promise<void> => {
  await reached(
    db.query({
      name: 'set-hold',
      text: 'update cases set held_by = $2, held_until = $3 where case_id = $1',
      values: [caseId, hold?.by ?? null, hold?.until ?? null],
    }),
  );
};

const EndRow = z.object({ outcome: z.enum(['accept', 'reject']), by: z.string(), at: z.date() });

/** The verdict of a round of a case, or null when it ended without one. */
export const findRoundEnd = async (
  db: Queryable,
  transactionId: string,
  round: number,
): Promise<z.output<typeof EndRow> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-round-end',
      text: `select outcome, reviewer as by, decided_at as at from verdicts
        where transaction_id = $1 and round = $2`,
      values: [transactionId, round],
    }),
  );
  return parseRow(EndRow, rows);
};
