import type { ActivityDeps } from '../deps.js';
import { deleteSomeOldRows } from './delete-old-rows.js';
import { guardFlags } from './guard-flags.js';
import { noteDayTotals } from './note-day-totals.js';
import { noteDrift } from './note-drift.js';
import { listChargebacks, noteChargeback, tellChargeback } from './tell-chargeback.js';

/** The dependencies of the activities on the upkeep queue. */
export type UpkeepActivityDeps = Pick<
  ActivityDeps,
  | 'db'
  | 'vault'
  | 'tokeniser'
  | 'lookups'
  | 'settings'
  | 'shipped'
  | 'sardine'
  | 'controls'
  | 'reports'
  | 'now'
>;

/** The activities of the upkeep queue, bound to their dependencies. Each may run twice. */
export const createUpkeepActivities = (deps: UpkeepActivityDeps) => ({
  deleteSomeOldRows: deleteSomeOldRows(deps),
  guardFlags: guardFlags(deps),
  listChargebacks: listChargebacks(deps),
  noteChargeback: noteChargeback(deps),
  noteDayTotals: noteDayTotals(deps),
  noteDrift: noteDrift(deps),
  tellChargeback: tellChargeback(deps),
});

export type UpkeepActivities = ReturnType<typeof createUpkeepActivities>;
