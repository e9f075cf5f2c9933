import { z } from 'zod';
import { banners } from '../hbc/transaction.js';

/** What a series counts: an order is in one part of each series. */
export const driftKinds = ['outcome', 'rule', 'fact', 'partner'] as const;
export type DriftKind = (typeof driftKinds)[number];

export const driftStates = ['too_few', 'stable', 'moving', 'shifted'] as const;
export type DriftState = (typeof driftStates)[number];

/**
 * What nobody should have to find in a table: `fact_silent`, a fact that used to say something and
 * no longer does; `rule_surging`, a rule that hits far more orders than before; `partner_shifted`,
 * a partner that answers differently.
 */
export const driftSigns = ['fact_silent', 'rule_surging', 'partner_shifted'] as const;
export type DriftSign = (typeof driftSigns)[number];

/** Query of `GET /v1/drift`. */
export const DriftQuery = z.object({
  banner: z.enum(banners).optional(),
  kind: z.enum(driftKinds).optional(),
});

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const day = z.iso.date();

const DriftPart = z.object({ part: z.string(), now: share, before: share }).meta({
  id: 'DriftPart',
});

const DriftShift = z
  .object({
    kind: z.enum(driftKinds),
    name: z.string(),
    index: z.number().nullable(),
    state: z.enum(driftStates),
    nowOrders: count,
    beforeOrders: count,
    parts: z.array(DriftPart).readonly(),
  })
  .meta({ id: 'DriftShift' });

const DriftSignal = z
  .object({ sign: z.enum(driftSigns), name: z.string(), now: share, before: share })
  .meta({ id: 'DriftSign' });

/** Answer of `GET /v1/drift`. */
export const Drift = z
  .object({
    banner: z.enum(banners).nullable(),
    weekFrom: day,
    weekTo: day,
    beforeFrom: day,
    beforeTo: day,
    weekOrders: count,
    beforeOrders: count,
    signs: z.array(DriftSignal).readonly(),
    shifts: z.array(DriftShift).readonly(),
  })
  .meta({ id: 'Drift' });
export type Drift = z.output<typeof Drift>;
