import { z } from 'zod';
import { notifyWorkers } from './due.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** The states of a decision that has not ended. */
export const liveStates = `('awaiting_second', 'pending', 'applying')`;

const CaseDecisionRow = z.object({
  decision_id: z.string(),
  case_id: z.string(),
  transaction_id: z.string(),
  round: z.number(),
  outcome: z.enum(['accept', 'reject']),
  reason_code: z.string(),
  /** Sealed. */
  remarks: z.instanceof(Buffer).nullable(),
  state: z.enum([
    'awaiting_second',
    'pending',
    'applying',
    'applied',
    'undone',
    'replaced',
    'failed',
  ]),
  decided_by: z.string(),
  decided_at: z.date(),
  undo_until: z.date().nullable(),
  confirmed_by: z.string().nullable(),
  ended_at: z.date().nullable(),
  failure: z.string().nullable(),
});
export type CaseDecisionRow = z.output<typeof CaseDecisionRow>;

const select = `select d.decision_id, d.case_id, c.transaction_id, d.round, d.outcome,
    d.reason_code, d.remarks, d.state, d.decided_by, d.decided_at, d.undo_until, d.confirmed_by,
    d.ended_at, d.failure
  from case_decisions d join cases c using (case_id)`;

/** The decisions of these cases that have not ended, at most one each. */
export const listLiveDecisions = async (
  db: Queryable,
  caseIds: readonly string[],
): Promise<CaseDecisionRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-live-decisions',
      text: `${select} where d.case_id = any($1::uuid[]) and d.state in ${liveStates}`,
      values: [caseIds],
    }),
  );
  return parseRows(CaseDecisionRow, rows);
};

export const findCaseDecision = async (
  db: Queryable,
  decisionId: string,
): Promise<CaseDecisionRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-case-decision',
      text: `${select} where d.decision_id = $1`,
      values: [decisionId],
    }),
  );
  return parseRow(CaseDecisionRow, rows);
};

export interface NewCaseDecision {
  readonly decisionId: string;
  readonly caseId: string;
  readonly round: number;
  readonly outcome: 'accept' | 'reject';
  readonly reasonCode: string;
  readonly remarks: Buffer | null;
  readonly by: string;
  readonly at: Date;
  /** Since when its maker has held the case; null without a claim. */
  readonly claimedAt: Date | null;
  /** Null when it waits for a second person. */
  readonly undoUntil: Date | null;
}

/** Makes a decision due for the workers, in the caller's database transaction. */
const makeDue = `insert into due_work (consumer, key, due_at, since)
  select 'case_decisions', decision_id::text, undo_until, undo_until from stored
    where undo_until is not null
  on conflict (consumer, key) do update set due_at = excluded.due_at
  returning ${notifyWorkers}`;

/** When the current review of a case began: OMS may have opened the case again. */
const roundOpenedAt = `greatest(c.opened_at, case when c.round > 0 then (
  select max(a.at) from audit a
  where a.object = c.transaction_id and a.action = 'settlement.refused') end)`;

/** Stores a decision. With `undoUntil`, a worker applies it then. */
export const insertCaseDecision = async (
  db: Queryable,
  decision: NewCaseDecision,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-case-decision',
      text: `with stored as (
          insert into case_decisions (decision_id, case_id, round, outcome, reason_code, remarks,
            state, decided_by, decided_at, undo_until, claimed_at, opened_at, due_at)
          select $1, c.case_id, $3, $4, $5, $6,
            case when $9::timestamptz is null then 'awaiting_second' else 'pending' end,
            $7, $8, $9, $10, ${roundOpenedAt}, c.due_at
          from cases c where c.case_id = $2
          returning decision_id, undo_until
        ) ${makeDue}`,
      values: [
        decision.decisionId,
        decision.caseId,
        decision.round,
        decision.outcome,
        decision.reasonCode,
        decision.remarks,
        decision.by,
        decision.at,
        decision.undoUntil,
        decision.claimedAt,
      ],
    }),
  );
};

/** Confirms a decision that waits for a second person. A worker applies it at `undoUntil`. */
export const confirmCaseDecision = async (
  db: Queryable,
  decisionId: string,
  {
    by,
    at,
    claimedAt,
    undoUntil,
  }: Pick<NewCaseDecision, 'by' | 'at' | 'claimedAt'> & {
    readonly undoUntil: Date;
  },
): Promise<void> => {
  await reached(
    db.query({
      name: 'confirm-case-decision',
      text: `with stored as (
          update case_decisions set state = 'pending', confirmed_by = $2, undo_until = $3,
            confirmed_at = $4, confirm_claimed_at = $5
          where decision_id = $1 and state = 'awaiting_second'
          returning decision_id, undo_until
        ) ${makeDue}`,
      values: [decisionId, by, undoUntil, at, claimedAt],
    }),
  );
};

/** How a decision ended, and who or what ended it. */
export interface DecisionEnd {
  readonly state: 'applied' | 'undone' | 'replaced' | 'failed';
  readonly by: string;
  readonly at: Date;
  /** A code: why it failed. */
  readonly failure?: string;
}

/**
 * Ends a decision that is in one of the given states, and what is due for it. False, and nothing
 * changes, when it is in another one: for an undo, because a worker has begun to apply it.
 */
export const endCaseDecision = async (
  db: Queryable,
  decisionId: string,
  from: readonly CaseDecisionRow['state'][],
  { state, by, at, failure }: DecisionEnd,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'end-case-decision',
      text: `with ended as (
          update case_decisions set state = $3, ended_by = $4, ended_at = $5, failure = $6
          where decision_id = $1 and state = any($2::text[])
          returning decision_id
        ), undue as (
          delete from due_work where consumer = 'case_decisions'
            and key in (select decision_id::text from ended)
        )
        select from ended`,
      values: [decisionId, from, state, by, at, failure ?? null],
    }),
  );
  return rowCount === 1;
};

/**
 * Begins to apply decisions whose time has come; from here on nobody can undo them. Leaves out
 * those that have ended, and returns the rest: also those that another worker began and left.
 */
export const beginApplying = async (
  db: Queryable,
  decisionIds: readonly string[],
  now: Date,
): Promise<string[]> => {
  const { rows } = await reached(
    db.query({
      name: 'begin-applying',
      text: `update case_decisions set state = 'applying'
        where decision_id = any($1::uuid[]) and state in ('pending', 'applying')
          and undo_until <= $2
        returning decision_id`,
      values: [decisionIds, now],
    }),
  );
  return parseRows(CaseDecisionRow.pick({ decision_id: true }), rows).map(
    ({ decision_id: id }) => id,
  );
};

const LateRow = z.object({ waiting: z.number(), oldest_at: z.date().nullable() });

/** Decisions that should have been applied by an instant, and since when the oldest should. */
export const findLateDecisions = async (
  db: Queryable,
): Promise<{ readonly waiting: number; readonly oldestAt: Date | null }> => {
  const { rows } = await reached(
    db.query({
      name: 'find-late-decisions',
      text: `select count(*)::integer as waiting, min(undo_until) as oldest_at
        from case_decisions where state in ('pending', 'applying')`,
    }),
  );
  const row = parseRow(LateRow, rows);
  return { waiting: row?.waiting ?? 0, oldestAt: row?.oldest_at ?? null };
};
