import { z } from 'zod';

/** The dependencies of a decision. */
export const readyParts = ['postgres', 'schema', 'temporal', 'worker', 'rules', 'keys'] as const;
export type ReadyPart = (typeof readyParts)[number];

/** Answer of `GET /healthz`: the process runs. */
export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

/** Answer of `GET /readyz` when an order could be decided now. */
export const Readiness = z
  .object({
    status: z.literal('ok'),
    parts: z.array(z.object({ part: z.enum(readyParts), ready: z.literal(true) })),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.output<typeof Readiness>;
