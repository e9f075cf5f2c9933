import { z } from 'zod';
import { driftKinds } from '../../domain/drift/series.js';
import { driftStates } from '../../domain/drift/shift.js';
import { driftSigns } from '../../domain/drift/signs.js';
import { banners } from '../hbc/transaction.js';

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
