import { createAlertActivities } from '../activities/alerts/create-alert-activities.js';
import { createActivities, createAskAgainActivities } from '../activities/create-activities.js';
import type { RehearsalActivities } from '../activities/rehearse.js';
import { createUpkeepActivities } from '../activities/upkeep/create-upkeep-activities.js';
import type { Config } from '../runtime/config.js';
import type { Logger } from '../runtime/logger.js';
import { versionIn } from '../temporal/deployment.js';
import { queuesOf } from '../temporal/queues.js';
import type { BacktestThread } from './backtest-thread.js';
import type { buildDeps } from './build-deps.js';
import { connectWorker } from './connect.js';
import {
  createAlertWorker,
  createBacktestWorker,
  createUpkeepWorker,
} from './create-side-workers.js';
import { createAskAgainWorker, createWorker } from './create-worker.js';
import type { GiveWay } from './give-way.js';
import { createSettleWorker } from './settle-worker.js';
import { createThreadActivities } from './thread-activities.js';
import { wakingAfter } from './waking.js';

/** One worker each for orders, settlements, asking partners again, backtests, alerts and upkeep. */
export const createWorkers = async (
  config: Config,
  built: ReturnType<typeof buildDeps>,
  bundlePath: string,
  shared: {
    logger: Logger;
    backtests: BacktestThread;
    /** Called after each activity of an order. */
    wakeSoon: () => void;
    giveWay: GiveWay;
    rehearsal: RehearsalActivities;
  },
) => {
  const { logger, backtests, wakeSoon } = shared;
  const connection = await connectWorker(config, logger);
  const queues = queuesOf(config.TEMPORAL_TASK_QUEUE);
  const activities = wakingAfter(createActivities(built.deps), wakeSoon);
  const { TEMPORAL_NAMESPACE: namespace, payloadKeys } = config;
  const common = { connection, namespace, payloadKeys };
  const version = versionIn(config);
  return [
    await createWorker({
      ...common,
      taskQueue: queues.orders,
      activities: { ...activities, ...shared.rehearsal },
      ...{ bundlePath, version },
    }),
    await createSettleWorker({
      ...common,
      taskQueue: queues.settle,
      activities: { settleOrder: activities.settleOrder },
      giveWay: shared.giveWay,
    }),
    await createAskAgainWorker({
      ...common,
      taskQueue: queues.askAgain,
      activities: wakingAfter(createAskAgainActivities(built.deps), wakeSoon),
      perSecond: config.settings.askAgainPerSecond,
    }),
    await createBacktestWorker({
      ...common,
      taskQueue: queues.backtests,
      ...{ bundlePath, version },
      activities: createThreadActivities(built.deps, backtests),
    }),
    await createAlertWorker({
      ...common,
      taskQueue: queues.alerts,
      activities: createAlertActivities(built.deps),
    }),
    await createUpkeepWorker({
      ...common,
      taskQueue: queues.upkeep,
      activities: createUpkeepActivities(built.deps),
    }),
  ];
};
