import { z } from 'zod';
import { type Outcome, outcomes } from '../contracts/hbc/decision.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

const TrialOrderRow = z.object({
  transaction_id: z.string(),
  decided_at: z.date(),
  was: z.enum(outcomes),
  would: z.enum(outcomes),
  score_was: z.number(),
  score_would: z.number(),
});
export type TrialOrderRow = z.output<typeof TrialOrderRow>;

/** The position of a page's end. */
export interface TrialOrderPlace {
  readonly decidedAt: Date;
  readonly transactionId: string;
}

export interface TrialOrderFilter {
  readonly trialId: string;
  readonly was?: Outcome | undefined;
  readonly would?: Outcome | undefined;
}

/** One page of the orders that a shadow trial has evaluated, newest first, after a position. */
export const listTrialOrderRows = async (
  db: Queryable,
  { trialId, was, would }: TrialOrderFilter,
  after: TrialOrderPlace | undefined,
  limit: number,
): Promise<TrialOrderRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-trial-orders',
      text: `select s.transaction_id, d.decided_at, d.outcome as was, s.outcome as would,
          d.total_score as score_was, s.total_score as score_would
        from shadow_scores s join decisions d using (transaction_id)
        where s.trial_id = $1 and s.fault is null
          and ($2::text is null or d.outcome = $2) and ($3::text is null or s.outcome = $3)
          and ($4::timestamptz is null or (d.decided_at, s.transaction_id) < ($4, $5))
        order by d.decided_at desc, s.transaction_id desc limit $6`,
      values: [
        trialId,
        was ?? null,
        would ?? null,
        after?.decidedAt ?? null,
        after?.transactionId ?? null,
        limit,
      ],
    }),
  );
  return parseRows(TrialOrderRow, rows);
};
