import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { createRehearsalActivities, type RehearsalActivities } from '../activities/rehearse.js';
import { collectAtRest } from '../runtime/collect-garbage.js';
import type { Config } from '../runtime/config.js';
import type { Logger } from '../runtime/logger.js';
import { versionIn } from '../temporal/deployment.js';
import { rehearse } from '../temporal/rehearsal.js';
import { buildRehearsal, type DepsParts } from './build-deps.js';

/** The rehearsal of a starting worker. */
export interface WorkerRehearsal {
  /** For the worker of the orders' queue. */
  readonly activities: RehearsalActivities;
  /**
   * Rehearses once the workers poll, and then collects the garbage of the start. Never throws: a
   * failure only makes the first orders slower.
   */
  readonly run: () => Promise<void>;
}

/** Prepares the rehearsal. Calls `warn` when it fails, now or later. */
export const prepareRehearsal = async (
  config: Config,
  parts: DepsParts,
  { client, logger, warn }: { client: Client; logger: Logger; warn: (error: unknown) => void },
): Promise<WorkerRehearsal> => {
  const worker = randomUUID();
  let stage = (await buildRehearsal(config, parts).catch(warn)) ?? undefined;
  const close = async (): Promise<void> => {
    const used = stage;
    stage = undefined;
    await used?.close();
  };
  return {
    activities: createRehearsalActivities({ writes: parts.writes, worker, rehearsal: () => stage }),
    run: async () => {
      try {
        const ms = await rehearse(client, config.TEMPORAL_TASK_QUEUE, {
          worker,
          roundsMax: config.REHEARSAL_ROUNDS,
          version: versionIn(config),
        });
        logger.info({ ms }, 'rehearsed');
      } catch (error) {
        warn(error);
      } finally {
        await close().catch(warn);
      }
      await collectAtRest();
    },
  };
};
