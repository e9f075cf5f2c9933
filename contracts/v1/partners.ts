import { z } from 'zod';
import { votingPartners } from '../voting-partners.js';
import { reasonText } from './free-text.js';

const instant = z.iso.datetime();
const milliseconds = z.number().min(0);

export const breakerStates = ['closed', 'half_open', 'open'] as const;
export type BreakerState = (typeof breakerStates)[number];

/** Durations of the latest checks in milliseconds; null without any. */
const Latency = z.object({
  checks: z.int().min(0),
  p50Ms: milliseconds.nullable(),
  p95Ms: milliseconds.nullable(),
  p99Ms: milliseconds.nullable(),
});

const Health = z.object({ isHealthy: z.boolean(), checkedAt: instant });

/** One worker's report on a partner. */
export const PartnerReport = z.object({
  breaker: z.enum(breakerStates),
  /** When the breaker entered this state. */
  breakerSince: instant,
  /** End of the partner's `Retry-After`, or null. */
  holdOffUntil: instant.nullable(),
  inFlight: z.int().min(0),
  latency: Latency,
  /** Share of the latest checks without an opinion, 0 to 1; null without any. */
  faultShare: z.number().min(0).max(1).nullable(),
  /** The latest probe of the partner's own health page; null when none is configured. */
  health: Health.nullable(),
});
export type PartnerReport = z.output<typeof PartnerReport>;

/** One partner for operators. */
export const PartnerState = z
  .object({
    name: z.enum(votingPartners),
    /** The operators' lever. */
    state: z.enum(['on', 'off']),
    reason: z.string().nullable(),
    changedBy: z.string().nullable(),
    changedAt: instant.nullable(),
    /** False when this process has no URL of the partner, which is then never asked. */
    configured: z.boolean(),
    /** The worst state over all live workers; null while none reports. */
    breaker: z.enum(breakerStates).nullable(),
    /** Of the worker with the slowest 99th percentile; null while none reports. */
    latency: Latency.nullable(),
    /** The latest probe of the partner's own health page by any worker; null when none is set. */
    health: Health.nullable(),
    workers: z.array(PartnerReport.extend({ worker: z.string(), reportedAt: instant })),
  })
  .meta({ id: 'PartnerState' });
export type PartnerState = z.output<typeof PartnerState>;

/** Answer of `GET /v1/partners`. */
export const PartnerList = z
  .object({ partners: z.array(PartnerState) })
  .meta({ id: 'PartnerList' });
export type PartnerList = z.output<typeof PartnerList>;

/** Body of `PUT /v1/partners/{name}`. */
export const PartnerSwitch = z
  .strictObject({
    state: z.enum(['on', 'off']),
    /** Why, for the audit trail. */
    reason: reasonText,
  })
  .meta({ id: 'PartnerSwitch' });
export type PartnerSwitch = z.output<typeof PartnerSwitch>;
