import { z } from 'zod';
import type { Banner } from '../contracts/hbc/transaction.js';
import type { ProbabilityTable } from '../domain/fit/probability.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

export interface ScoreProbabilities {
  readonly ruleSetHash: string;
  /** Null for all banners together. */
  readonly banner: Banner | null;
  readonly fitId: string;
  readonly cut: Date;
  readonly steps: ProbabilityTable;
}

/** Stores the probabilities of a rule set's scores unless those of a later cut are stored. */
export const saveScoreProbabilities = async (
  db: Queryable,
  { ruleSetHash, banner, fitId, cut, steps }: ScoreProbabilities,
): Promise<void> => {
  await reached(
    db.query({
      name: 'save-score-probabilities',
      text: `insert into score_probabilities (rule_set_hash, scope, fit_id, cut, steps)
        values ($1, $2, $3, $4, $5)
        on conflict (rule_set_hash, scope) do update
          set fit_id = excluded.fit_id, cut = excluded.cut, steps = excluded.steps
          where score_probabilities.cut <= excluded.cut`,
      values: [ruleSetHash, banner ?? '', fitId, cut, toJson(steps)],
    }),
  );
};

/** Only this program writes steps. */
const Row = z.object({
  fit_id: z.string(),
  cut: z.date(),
  steps: z.custom<ProbabilityTable>((value) => Array.isArray(value)),
});

/** The probabilities of a rule set's scores: the banner's own, else those of all banners. */
export const findScoreProbabilities = async (
  db: Queryable,
  ruleSetHash: string,
  banner: Banner,
): Promise<Pick<ScoreProbabilities, 'fitId' | 'cut' | 'steps'> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-score-probabilities',
      text: `select fit_id, cut, steps from score_probabilities
        where rule_set_hash = $1 and scope in ($2, '') order by scope desc limit 1`,
      values: [ruleSetHash, banner],
    }),
  );
  const row = parseRow(Row, rows);
  return row && { fitId: row.fit_id, cut: row.cut, steps: row.steps };
};
