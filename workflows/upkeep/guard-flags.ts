import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { UpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import { upkeepQueueOf } from './messages.js';

/**
 * Some statements of at most 4 s each; before a fall back the version before answers 300 orders
 * again, some seconds where their facts have to be computed. The next run comes within a minute, so
 * one that fails is retried no longer than that.
 */
const guarding = () =>
  proxyActivities<UpkeepActivities>({
    taskQueue: upkeepQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '50s',
    scheduleToCloseTimeout: '2m',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
  });

/** Guards the flags of the rule set in force: an alarm, and as policies say the version before. */
export const guardFlags = () => guarding().guardFlags();
