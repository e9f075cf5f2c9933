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

const insertText = `with kept as (
    insert into partner_answers (transaction_id, partner, answer, answered_at)
    values ($1, $2, $3, $4) on conflict do nothing
    returning transaction_id, partner, answered_at
  ), evented as (
    insert into order_events (transaction_id, kind, at, details)
    select transaction_id, 'late_vote', answered_at, jsonb_build_object('partner', partner)
    from kept join decisions d using (transaction_id)
    where not d.partner_answers @>
      jsonb_build_array(jsonb_build_object('partner', partner, 'kind', 'answered'))
  )
  select from kept`;

/**
 * Stores a partner's first answer about a transaction; true when this call stored it. An answer
 * that the decision lacks is late: it also becomes an order event, whichever step asked for it. An
 * operator's reset may repeat the step of the answer long after the order was settled.
 */
export const insertPartnerAnswer = async (
  db: Queryable,
  transactionId: string,
  answer: PartnerAnswer,
  answeredAt: Date,
): Promise<boolean> => {
  const values = [transactionId, answer.partner, toJson(answer), answeredAt];
  const statement = { name: 'insert-partner-answer', text: insertText, values };
  return (await reached(db.query(statement))).rowCount === 1;
};
