import { z } from 'zod';
import { rolloutSubjects } from '../contracts/rules.js';
import { trialModes } from '../contracts/v1/trials.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const TrialRow = z.object({
  trial_id: z.string(),
  version: z.number(),
  mode: z.enum(trialModes),
  // Postgres returns numeric as text; hundredths up to 100 are distinct as numbers.
  percent: z.string().transform(Number),
  subject: z.enum(rolloutSubjects),
  note: z.string(),
  author: z.string(),
  started_at: z.date(),
  ended_at: z.date().nullable(),
  ended_by: z.string().nullable(),
});
export type TrialRow = z.output<typeof TrialRow>;

const columns = `trial_id, version, mode, percent, subject, note, author, started_at, ended_at,
  ended_by`;

/** Locks all trials until the commit. */
export const lockTrials = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-rule-set-trials',
      text: `select pg_advisory_xact_lock(hashtextextended('rule-set-trials', 0))`,
    }),
  );
};

/** The running trial; there is at most one. */
export const findRunningTrial = async (db: Queryable): Promise<TrialRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-running-trial',
      text: `select ${columns} from rule_set_trials where ended_at is null`,
    }),
  );
  return parseRow(TrialRow, rows);
};

export const findTrial = async (db: Queryable, trialId: string): Promise<TrialRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-rule-set-trial',
      text: `select ${columns} from rule_set_trials where trial_id = $1`,
      values: [trialId],
    }),
  );
  return parseRow(TrialRow, rows);
};

/** An upper bound of one answer: more trials than anybody runs. */
const trialsMax = 500;

/** The newest trials, newest first. */
export const listTrialRows = async (db: Queryable): Promise<TrialRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-rule-set-trials',
      text: `select ${columns} from rule_set_trials order by started_at desc, trial_id limit $1`,
      values: [trialsMax],
    }),
  );
  return parseRows(TrialRow, rows);
};

export const insertTrial = async (
  db: Queryable,
  trial: Omit<TrialRow, 'ended_at' | 'ended_by'>,
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-rule-set-trial',
      text: `insert into rule_set_trials (trial_id, version, mode, percent, subject, note, author,
          started_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [
        trial.trial_id,
        trial.version,
        trial.mode,
        trial.percent,
        trial.subject,
        trial.note,
        trial.author,
        trial.started_at,
      ],
    }),
  );
};

/** The latest start or end of a trial. Call it under `lockTrials`. */
export const findLatestTrialChange = async (db: Queryable): Promise<Date | null> => {
  const { rows } = await reached(
    db.query({
      name: 'find-latest-trial-change',
      text: 'select max(greatest(started_at, ended_at)) as at from rule_set_trials',
    }),
  );
  return parseRow(z.object({ at: z.date().nullable() }), rows)?.at ?? null;
};

/** Changes the share of a running trial; true when it is running. */
export const setTrialPercent = async (
  db: Queryable,
  trialId: string,
  percent: number,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'set-rule-set-trial-percent',
      text: `update rule_set_trials set percent = $2 where trial_id = $1 and ended_at is null`,
      values: [trialId, percent],
    }),
  );
  return rowCount === 1;
};

/** Ends a running trial; true only for the call that ended it. */
export const setTrialEnded = async (
  db: Queryable,
  ending: { readonly trialId: string; readonly by: string; readonly at: Date },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'end-rule-set-trial',
      text: `update rule_set_trials set ended_at = $2, ended_by = $3
        where trial_id = $1 and ended_at is null`,
      values: [ending.trialId, ending.at, ending.by],
    }),
  );
  return rowCount === 1;
};
