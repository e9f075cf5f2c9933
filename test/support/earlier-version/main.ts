import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../../activities/create-activities.js';
import type { PartnerCheckInput } from '../../../activities/check-partner.js';
import { createPool } from '../../../db/pool.js';
import { loadConfig } from '../../../runtime/config.js';
import { noLookups } from '../../../domain/lookups.js';
import { createDataConverter } from '../../../runtime/data-converter.js';
import { createLogger } from '../../../runtime/logger.js';
import { createAlarm, createMetrics } from '../../../runtime/metrics.js';
import { initialControls, policyDefaultsOf } from '../../../services/controls.js';
import { buildDeps } from '../../../worker/build-deps.js';
import { defaultRuleSet, shippedRules } from '../rules.js';

/** A worker of an earlier version, as a process that a test can kill. */
const config = loadConfig(process.env);
const logger = createLogger('worker', 'fatal');
const metrics = createMetrics();
const pool = createPool({
  databaseUrl: config.DATABASE_URL.reveal(),
  connections: 10,
  timeoutMs: 4000,
});
const controls = initialControls(policyDefaultsOf(config.settings));
const { deps } = buildDeps(config, {
  pool,
  reads: pool,
  writes: pool,
  logger,
  metrics,
  alarm: createAlarm(logger, metrics),
  lookups: noLookups,
  controls: () => controls,
  shippedRules: shippedRules(),
  giveWay: { isGivingWay: () => false },
  rules: () => ({ live: { version: 0, ruleSet: defaultRuleSet() }, trial: null }),
});
const activities = createActivities(deps);

/** Its checks had no `not_made`: they waited for the score until their timeout. */
const orWait = (check: typeof activities.checkSardine) => async (input: PartnerCheckInput) => {
  const result = await check(input);
  if (result.kind === 'not_made') await Context.current().cancelled;
  return result;
};

const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS }),
  namespace: config.TEMPORAL_NAMESPACE,
  taskQueue: config.TEMPORAL_TASK_QUEUE,
  activities: {
    ...activities,
    checkSardine: orWait(activities.checkSardine),
    checkYleo: orWait(activities.checkYleo),
  },
  workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
  dataConverter: createDataConverter(config.payloadKeys),
});
const running = worker.run();
process.stdout.write('"polling"\n');
await running;
