import { z } from 'zod';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

export const AnswerRow = z.object({
  answer: z.custom<PartnerAnswer>((value) => typeof value === 'object' && value !== null),
  answered_at: z.date(),
});
export type AnswerRow = z.output<typeof AnswerRow>;

/** A partner's stored answer about a transaction. */
export const findPartnerAnswer = async (
  db: Queryable,
  transactionId: string,
  partner: PartnerName,
): Promise<PartnerAnswer | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-partner-answer',
      text: `select answer, answered_at from partner_answers
        where transaction_id = $1 and partner = $2`,
      values: [transactionId, partner],
    }),
  );
  return parseRow(AnswerRow, rows)?.answer;
};

/** All partners' answers about a transaction, from before and after its decision; oldest first. */
export const listPartnerAnswers = async (
  db: Queryable,
  transactionId: string,
): Promise<AnswerRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-partner-answers',
      text: `select answer, answered_at from partner_answers where transaction_id = $1
        order by answered_at, partner`,
      values: [transactionId],
    }),
  );
  return parseRows(AnswerRow, rows);
};

/** The statement that stores an answer, with an order event when it is late. */
const insertText = (isLate: boolean): string => `with kept as (
    insert into partner_answers (transaction_id, partner, answer, answered_at)
    values ($1, $2, $3, $4) on conflict do nothing
    returning transaction_id, partner, answered_at
  ), evented as (
    insert into order_events (transaction_id, kind, at, details)
    select transaction_id, 'late_vote', answered_at, jsonb_build_object('partner', partner)
    from kept where ${isLate}
  )
  select from kept`;

const insertAs =
  (name: string, isLate: boolean) =>
  async (
    db: Queryable,
    transactionId: string,
    answer: PartnerAnswer,
    answeredAt: Date,
  ): Promise<boolean> => {
    const values = [transactionId, answer.partner, toJson(answer), answeredAt];
    const result = await reached(db.query({ name, text: insertText(isLate), values }));
    return result.rowCount === 1;
  };

/** Stores a partner's first answer about a transaction; true when this call stored it. */
export const insertPartnerAnswer = insertAs('insert-partner-answer', false);

/** As `insertPartnerAnswer`, for an answer after the decision, with an order event. */
export const insertLateAnswer = insertAs('insert-late-answer', true);
