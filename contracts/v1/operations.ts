import { z } from 'zod';
import { statuses } from '../hbc/decision.js';

const instant = z.iso.datetime();

const StuckRun = z
  .object({
    transactionId: z.string(),
    workflowId: z.string(),
    runId: z.string().meta({ description: 'The run in Temporal, as its UI names it.' }),
    status: z.enum(statuses).meta({ description: 'Where the order stands now.' }),
    cause: z.string().meta({
      description:
        "Temporal's word for why its workflow tasks fail, or why the run is not the order's own.",
      examples: ['NON_DETERMINISTIC_ERROR'],
    }),
    failingSince: instant,
    seenAt: instant,
    freedAt: instant
      .nullable()
      .meta({ description: 'When a new run took the order up; null while none has.' }),
  })
  .meta({ id: 'StuckRun' });

/** Answer of `GET /v1/operations/stuck`. */
export const StuckOrders = z
  .object({
    stuck: z.int().meta({ description: 'Runs that are stuck and not replaced yet.' }),
    runs: z
      .array(StuckRun)
      .readonly()
      .meta({ description: 'Those, and the ones of the last seven days; at most 200.' }),
    undecided: z.object({
      waiting: z.int().meta({ description: 'Orders that are stored and not decided yet.' }),
      oldestSeconds: z.number(),
    }),
    settling: z.object({
      waiting: z.int().meta({ description: 'Orders that OMS has not taken yet.' }),
      oldestSeconds: z.number(),
    }),
  })
  .meta({ id: 'StuckOrders' });
export type StuckOrders = z.output<typeof StuckOrders>;
