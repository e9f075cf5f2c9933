import { z } from 'zod';
import type { PartnerAnswer, PartnerName } from '../domain/votes.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const AnswerRow = z.object({
  answer: z.custom<PartnerAnswer>((value) => typeof value === 'object' && value !== null),
});

/** What a partner already said about a transaction. */
export const findPartnerAnswer = async (
  db: Queryable,
  transactionId: string,
  partner: PartnerName,
): Promise<PartnerAnswer | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-partner-answer',
      text: 'select answer from partner_answers where transaction_id = $1 and partner = $2',
      values: [transactionId, partner],
    }),
  );
  return parseRow(AnswerRow, rows)?.answer;
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
