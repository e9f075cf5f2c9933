import { z } from 'zod';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const QuestionRow = z.object({
  body: z.instanceof(Buffer),
  received_at: z.date(),
  answer: z
    .custom<PartnerAnswer>((value) => typeof value === 'object' && value !== null)
    .nullable(),
});

/** A transaction's sealed body, and what the partner already said about it (null: nothing). */
export const findPartnerQuestion = async (
  db: Queryable,
  transactionId: string,
  partner: PartnerName,
): Promise<z.output<typeof QuestionRow> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-partner-question',
      text: `select t.body, t.received_at, p.answer from transactions t
        left join partner_answers p on p.transaction_id = t.transaction_id and p.partner = $2
        where t.transaction_id = $1`,
      values: [transactionId, partner],
    }),
  );
  return parseRow(QuestionRow, rows);
};

/** Keeps the first answer of a partner about a transaction; a later one changes nothing. */
export const insertPartnerAnswer = async (
  db: Queryable,
  transactionId: string,
  answer: PartnerAnswer,
  answeredAt: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-partner-answer',
      text: `insert into partner_answers (transaction_id, partner, answer, answered_at)
        values ($1, $2, $3, $4) on conflict do nothing`,
      values: [transactionId, answer.partner, JSON.stringify(answer), answeredAt],
    }),
  );
};
