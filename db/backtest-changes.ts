import { z } from 'zod';
import { type Outcome, outcomes } from '../contracts/hbc/decision.js';
import type { Change } from '../domain/backtest/change.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

type Details = Omit<
  Change,
  'transactionId' | 'was' | 'would' | 'scoreWas' | 'scoreWould' | 'amount' | 'currency'
>;

const ChangeRow = z.object({
  transaction_id: z.string(),
  was: z.enum(outcomes),
  would: z.enum(outcomes),
  score_was: z.number(),
  score_would: z.number(),
  amount: z.number(),
  currency: z.string(),
  details: z.custom<Details>((value) => typeof value === 'object' && value !== null),
});

export interface ChangeFilter {
  readonly was?: Outcome | undefined;
  readonly would?: Outcome | undefined;
  /** The last transaction id of the previous page. */
  readonly after: string;
  readonly limit: number;
}

/** Orders with another outcome, by transaction id. */
export const listChanges = async (
  db: Queryable,
  backtestId: string,
  { was, would, after, limit }: ChangeFilter,
): Promise<Change[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-backtest-changes',
      text: `select transaction_id, was, would, score_was, score_would, amount::float8, currency,
          details
        from backtest_changes
        where backtest_id = $1 and transaction_id > $2
          and ($3::text is null or was = $3) and ($4::text is null or would = $4)
        order by transaction_id limit $5`,
      values: [backtestId, after, was ?? null, would ?? null, limit],
    }),
  );
  return parseRows(ChangeRow, rows).map(({ details, ...row }) => ({
    ...details,
    transactionId: row.transaction_id,
    was: row.was,
    would: row.would,
    scoreWas: row.score_was,
    scoreWould: row.score_would,
    amount: row.amount,
    currency: row.currency,
  }));
};
