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
  /** Major units of `currency`, like what is at risk; null where an earlier version opened it. */
  amount: z.string().transform(Number).nullable(),
  currency: z.string().nullable(),
  at_risk: z.string().transform(Number).nullable(),
  /** 0 to 1; null where the score says what is at risk. */
  risk_probability: z.string().transform(Number).nullable(),
  claimed_by: z.string().nullable(),
  claim_until: z.date().nullable(),
  escalated_by: z.string().nullable(),
  escalated_at: z.date().nullable(),
  held_by: z.string().nullable(),
  held_until: z.date().nullable(),
  notes: z.number(),
  tags: z.array(z.string()),
});
export type CaseRow = z.output<typeof CaseRow>;

const selectCases = `select c.case_id, c.transaction_id, c.banner, t.order_id, t.group_id,
    t.status as transaction_status, c.status, c.reason, c.priority, c.total_score, c.round,
    c.oms_status, c.oms_reason, c.reminders, c.opened_at, c.due_at, c.closed_at,
    v.outcome as verdict, c.amount, c.currency, c.at_risk, c.risk_probability, c.claimed_by,
    c.claim_until, c.escalated_by, c.escalated_at, c.held_by, c.held_until,
    (select count(*)::integer from case_notes n where n.case_id = c.case_id) as notes,
    array(select tag from case_tags g where g.case_id = c.case_id order by tag) as tags
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

/** Cases by their ids, in the order of these. */
export const listCasesByIds = async (
  db: Queryable,
  caseIds: readonly string[],
): Promise<CaseRow[]> => {
  if (caseIds.length === 0) return [];
  const { rows } = await reached(
    db.query({
      name: 'list-cases',
      text: `${selectCases} where c.case_id = any($1::uuid[])
        order by array_position($1::uuid[], c.case_id)`,
      values: [caseIds],
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
