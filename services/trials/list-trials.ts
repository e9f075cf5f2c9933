import type { Trial } from '../../contracts/v1/trials.js';
import type { Queryable } from '../../db/pool.js';
import { listTrialRows } from '../../db/rule-set-trials.js';
import { trialView } from './trial-view.js';

/** All trials, newest first; one of them at most is running. */
export const listTrials = async (db: Queryable): Promise<Trial[]> =>
  (await listTrialRows(db)).map(trialView);
