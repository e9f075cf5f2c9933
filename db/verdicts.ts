import { z } from 'zod';
import { verdictSources } from '../contracts/hbc/decision.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

export const VerdictRow = z.object({
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
