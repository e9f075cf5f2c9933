import type { Trial } from '../../contracts/v1/trials.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { findTrial, lockTrials, setTrialEnded } from '../../db/rule-set-trials.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { later } from '../later.js';
import type { Actor } from '../ports.js';
import { trialView } from './trial-view.js';

/**
 * Ends a trial: the rule set in force decides alone again. One that has ended is answered as it
 * is; undefined when there is none. Throws `TemporarilyUnavailable`.
 */
export const endTrial = (
  pool: Pool,
  actor: Actor,
  { trialId, note, now }: { trialId: string; note: string; now: Date },
): Promise<Trial | undefined> =>
  inTransaction(pool, async (db) => {
    await lockTrials(db);
    const row = await findTrial(db, trialId);
    if (row === undefined || row.ended_at !== null) return row && trialView(row);
    const at = later(now, row.started_at);
    await setTrialEnded(db, { trialId, by: actor.name, at });
    await insertAudit(db, {
      actor: actor.name,
      action: 'trial.ended',
      object: `trial:${trialId}`,
      details: { version: row.version, note: maskReason(note) },
      at,
    });
    return trialView({ ...row, ended_at: at, ended_by: actor.name });
  });
