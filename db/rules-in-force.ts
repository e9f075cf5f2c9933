import { z } from 'zod';
import { rolloutSubjects } from '../contracts/rules.js';
import { trialModes } from '../contracts/v1/trials.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const RunningTrial = z.object({
  trial_id: z.string(),
  trial_version: z.number(),
  mode: z.enum(trialModes),
  // Postgres returns numeric as text; hundredths up to 100 are distinct as numbers.
  percent: z.string().transform(Number),
  subject: z.enum(rolloutSubjects),
});
export type RunningTrial = z.output<typeof RunningTrial>;

const InForceRow = z.object({ version: z.number().nullable() });

/**
 * The version of the latest publication, 0 before the first one, and the running trial, in one
 * statement: each process runs it every second.
 */
export const findInForce = async (
  db: Queryable,
): Promise<{ readonly version: number; readonly trial: RunningTrial | undefined }> => {
  const { rows } = await reached(
    db.query({
      name: 'find-rules-in-force',
      text: `select published.version, trial.trial_id, trial.version as trial_version, trial.mode,
          trial.percent, trial.subject
        from (values (true)) as one(row)
        left join (
          select version from rule_set_publications order by publication desc limit 1
        ) published on true
        left join rule_set_trials trial on trial.ended_at is null`,
    }),
  );
  const isRunning = (rows[0] as { trial_id?: unknown } | undefined)?.trial_id !== null;
  return {
    version: parseRow(InForceRow, rows)?.version ?? 0,
    trial: isRunning ? parseRow(RunningTrial, rows) : undefined,
  };
};
