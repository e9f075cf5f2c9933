import { z } from 'zod';

/** What an order needs to be decided. */
export const readyParts = ['postgres', 'schema', 'temporal', 'worker', 'rules', 'keys'] as const;
export type ReadyPart = (typeof readyParts)[number];

/** Answer of `GET /healthz`: the process lives. */
export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

/** Answer of `GET /readyz` when an order could be decided now. */
export const Readiness = z
  .object({
    status: z.literal('ok'),
    parts: z.array(z.object({ part: z.enum(readyParts), ready: z.literal(true) })),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.output<typeof Readiness>;
