import { z } from 'zod';
import { statuses } from '../hbc/decision.js';

const instant = z.iso.datetime();

const StuckRun = z
  .object({
    transactionId: z.string(),
    workflowId: z.string(),
    runId: z.string().meta({ description: 'The run in Temporal, as its UI names it.' }),
    status: z.enum(statuses).meta({ description: 'The current status of the order.' }),
    cause: z.string().meta({
      description:
        "Temporal's cause of the failing workflow tasks, or why the run is not the order's own.",
      examples: ['NON_DETERMINISTIC_ERROR'],
    }),
    failingSince: instant,
    seenAt: instant,
    freedAt: instant
      .nullable()
      .meta({ description: 'When a new run took over the order; null if none has yet.' }),
  })
  .meta({ id: 'StuckRun' });

/** Answer of `GET /v1/operations/stuck`. */
export const StuckOrders = z
  .object({
    stuck: z.int().meta({ description: 'Stuck runs that no new run has replaced yet.' }),
    runs: z
      .array(StuckRun)
      .readonly()
      .meta({ description: 'Those runs, and all stuck runs of the last seven days; at most 200.' }),
    undecided: z.object({
      waiting: z.int().meta({ description: 'Stored orders without a decision.' }),
      oldestSeconds: z.number(),
    }),
    settling: z.object({
      waiting: z.int().meta({ description: 'Orders that still wait for OMS.' }),
      oldestSeconds: z.number(),
    }),
  })
  .meta({ id: 'StuckOrders' });
export type StuckOrders = z.output<typeof StuckOrders>;
