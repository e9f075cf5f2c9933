import { z } from 'zod';
import { type VerdictSource, verdictSources } from '../contracts/hbc/decision.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const VerdictRow = z.object({
  transaction_id: z.string(),
  round: z.number(),
  outcome: z.enum(['accept', 'reject']),
  source: z.enum(verdictSources),
  reviewer: z.string(),
  remarks: z.instanceof(Buffer).nullable(),
  decided_at: z.date(),
});
export type VerdictRow = z.output<typeof VerdictRow>;

const columns = 'transaction_id, round, outcome, source, reviewer, remarks, decided_at';

export interface NewVerdict {
  readonly transactionId: string;
  readonly round: number;
  readonly outcome: 'accept' | 'reject';
  readonly source: VerdictSource;
  readonly reviewer: string;
  readonly remarks: Buffer | null;
  readonly decidedAt: Date;
}

/**
 * Stores the verdict of a round, with an order event, unless the round has one. It is dated after
 * the verdicts of earlier rounds. True when this call stored it.
 */
export const insertVerdict = async (db: Queryable, verdict: NewVerdict): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'insert-verdict',
      text: `with stored as (
          insert into verdicts (${columns})
          select $1::text, $2::integer, $3, $4, $5, $6::bytea, greatest($7::timestamptz,
            max(decided_at) + interval '1 millisecond')
          from verdicts where transaction_id = $1 and round < $2
          on conflict do nothing
          returning transaction_id, round, outcome, source
        )
        insert into order_events (transaction_id, kind, at, details)
        select transaction_id, 'verdict', $7::timestamptz,
          jsonb_build_object('outcome', outcome, 'source', source, 'round', round)
        from stored`,
      values: [
        verdict.transactionId,
        verdict.round,
        verdict.outcome,
        verdict.source,
        verdict.reviewer,
        verdict.remarks,
        verdict.decidedAt,
      ],
    }),
  );
  return result.rowCount === 1;
};

/** The verdict of the latest round that has one. */
export const findLatestVerdict = async (
  db: Queryable,
  transactionId: string,
): Promise<VerdictRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-latest-verdict',
      text: `select ${columns} from verdicts where transaction_id = $1
        order by round desc limit 1`,
      values: [transactionId],
    }),
  );
  return parseRow(VerdictRow, rows);
};

/** Every verdict of a transaction, in the order of rounds. */
export const listVerdicts = async (db: Queryable, transactionId: string): Promise<VerdictRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-verdicts',
      text: `select ${columns} from verdicts where transaction_id = $1 order by round`,
      values: [transactionId],
    }),
  );
  return parseRows(VerdictRow, rows);
};
