import type { Trial } from '../../contracts/v1/trials.js';
import type { TrialRow } from '../../db/rule-set-trials.js';

/** A trial as callers see it. */
export const trialView = (row: TrialRow): Trial => ({
  trialId: row.trial_id,
  version: row.version,
  mode: row.mode,
  percent: row.percent,
  by: row.subject,
  note: row.note,
  author: row.author,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  endedBy: row.ended_by,
});
