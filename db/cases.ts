import { z } from 'zod';
import { outcomes, statuses } from '../contracts/hbc/decision.js';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const CaseRow = z.object({
  case_id: z.string(),
  transaction_id: z.string(),
  banner: z.enum(banners),
  order_id: z.string(),
  group_id: z.string(),
  transaction_status: z.enum(statuses),
  status: z.enum(['open', 'closed']),
  reason: z.enum(['review', 'oms_rejected']),
  priority: z.enum(['normal', 'high']),
  total_score: z.number(),
  round: z.number(),
  oms_status: z.number().nullable(),
  /** Encrypted; `services/cases/sealed-texts.ts` opens it. */
  oms_reason: z.instanceof(Buffer).nullable(),
  reminders: z.number(),
  opened_at: z.date(),
  due_at: z.date(),
  closed_at: z.date().nullable(),
  verdict: z.enum(outcomes).nullable(),
});
export type CaseRow = z.output<typeof CaseRow>;

const selectCases = `select c.case_id, c.transaction_id, c.banner, t.order_id, t.group_id,
    t.status as transaction_status, c.status, c.reason, c.priority, c.total_score, c.round,
    c.oms_status, c.oms_reason, c.reminders, c.opened_at, c.due_at, c.closed_at,
    v.outcome as verdict
  from cases c
  join transactions t using (transaction_id)
  left join verdicts v on v.transaction_id = c.transaction_id and v.round = c.round`;

export const findCase = async (db: Queryable, caseId: string): Promise<CaseRow | undefined> => {
  const { rows } = await reached(
    db.query({ name: 'find-case', text: `${selectCases} where c.case_id = $1`, values: [caseId] }),
  );
  return parseRow(CaseRow, rows);
};

export const findCaseOfTransaction = async (
  db: Queryable,
  transactionId: string,
): Promise<CaseRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-case-of-transaction',
      text: `${selectCases} where c.transaction_id = $1`,
      values: [transactionId],
    }),
  );
  return parseRow(CaseRow, rows);
};

export interface CaseFilter {
  readonly status?: 'open' | 'closed' | undefined;
  readonly banner?: string | undefined;
  readonly priority?: 'normal' | 'high' | undefined;
  readonly reason?: 'review' | 'oms_rejected' | undefined;
  readonly dueBefore?: Date | undefined;
}

/** One page of cases, soonest due first, after the given position. */
export const listCases = async (
  db: Queryable,
  filter: CaseFilter,
  after: { dueAt: Date; caseId: string } | undefined,
  limit: number,
): Promise<CaseRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-cases',
      text: `${selectCases}
        where ($1::text is null or c.status = $1)
          and ($2::text is null or c.banner = $2)
          and ($3::text is null or c.priority = $3)
          and ($4::text is null or c.reason = $4)
          and ($5::timestamptz is null or c.due_at < $5)
          and ($6::timestamptz is null or (c.due_at, c.case_id) > ($6, $7::uuid))
        order by c.due_at, c.case_id limit $8`,
      values: [
        filter.status ?? null,
        filter.banner ?? null,
        filter.priority ?? null,
        filter.reason ?? null,
        filter.dueBefore ?? null,
        after?.dueAt ?? null,
        after?.caseId ?? null,
        limit,
      ],
    }),
  );
  return parseRows(CaseRow, rows);
};

/** Raises the open case of a transaction to high priority; true when it was normal. */
export const raisePriority = async (db: Queryable, transactionId: string): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'raise-priority',
      text: `update cases set priority = 'high'
        where transaction_id = $1 and status = 'open' and priority = 'normal'`,
      values: [transactionId],
    }),
  );
  return result.rowCount === 1;
};

/** Sets the number of reminders of an open case; true when it grew. */
export const setReminders = async (
  db: Queryable,
  transactionId: string,
  round: number,
  reminders: number,
): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'set-reminders',
      text: `update cases set reminders = $3
        where transaction_id = $1 and round = $2 and reminders < $3 and status = 'open'`,
      values: [transactionId, round, reminders],
    }),
  );
  return result.rowCount === 1;
};
