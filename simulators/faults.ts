import { z } from 'zod';

/** The longest delay, fixed or drawn. */
export const delayMaxMs = 600_000;
const delayMs = z.number().min(0).max(delayMaxMs);

const Latency = z.union([
  delayMs,
  z
    .strictObject({ p50Ms: delayMs.min(0.1), p99Ms: delayMs })
    .refine(({ p50Ms, p99Ms }) => p99Ms >= p50Ms),
]);
export type Latency = z.output<typeof Latency>;

const faultFields = {
  /** Delay before the answer: fixed, or log-normal by two percentiles. */
  latencyMs: Latency.optional(),
  /** Share of the calls that get the rest of the fault; 1 by default. */
  errorRate: z.number().min(0).max(1).optional(),
  /** The partner's error with this status; 500 without any of `body`, `fields`, `connection`. */
  status: z.int().min(100).max(599).optional(),
  retryAfter: z
    .string()
    .regex(/^[\x21-\x7e][\x20-\x7e]{0,99}$/)
    .optional(),
  /** How the body is damaged: that of the real answer, or of the error when `status` is given. */
  body: z.enum(['empty', 'broken', 'dripping', 'oversized', 'wrong-echo', 'html']).optional(),
  /** Fields that are added to the answer, or replace its own, before `body` damages it. */
  fields: z.record(z.string().min(1), z.unknown()).optional(),
  /** The socket is destroyed after the request was read, or never answered. */
  connection: z.enum(['reset', 'hang']).optional(),
  /** The partner processes the request before it fails: the effect happens, the answer is lost. */
  actsFirst: z.boolean().optional(),
};

type FaultFields = z.output<z.ZodObject<typeof faultFields>>;
type Refinement = Parameters<Parameters<z.ZodUnknown['superRefine']>[0]>[1];

const checkFault = (fault: FaultFields, context: Refinement): void => {
  const { connection, actsFirst: _modifier, ...faults } = fault;
  if (connection === undefined && Object.values(faults).every((value) => value === undefined)) {
    context.addIssue({ code: 'custom', message: 'must name a fault' });
  }
  const answer = fault.body ?? fault.fields ?? fault.status ?? fault.retryAfter;
  if (connection !== undefined && answer !== undefined) {
    const message =
      'leaves nothing to answer with, so it excludes status, body, fields and retryAfter';
    context.addIssue({ code: 'custom', path: ['connection'], message });
  }
};

/** The fault of one call. */
export const Fault = z.strictObject(faultFields).superRefine(checkFault);
export type Fault = z.output<typeof Fault>;

/** The body of `PUT /_faults/{partner}`: one fault for all calls, or one entry per call. */
export const FaultPlan = z
  .strictObject({
    ...faultFields,
    /** Only calls whose path contains this text are affected, and counted. */
    path: z.string().min(1).max(500).optional(),
    /** Seed of the random numbers: the same plan affects the same calls. */
    seed: z.int().optional(),
    /** The fault affects this many calls; later calls succeed. */
    times: z.int().min(1).optional(),
    /** One entry per call; calls after the last entry succeed. */
    sequence: z
      .array(z.union([z.literal('ok'), Fault]))
      .min(1)
      .max(1000)
      .optional(),
  })
  .superRefine(({ path: _path, seed: _seed, times, sequence, ...fault }, context) => {
    if (sequence === undefined) return checkFault(fault, context);
    if (times === undefined && Object.values(fault).every((value) => value === undefined)) return;
    const message = 'excludes times and a fault beside it';
    context.addIssue({ code: 'custom', path: ['sequence'], message });
  });
export type FaultPlan = z.output<typeof FaultPlan>;

/** The fault of the plan's call number `index`, counted from 0; undefined without one. */
export const faultAt = (plan: FaultPlan, index: number): Fault | undefined => {
  const { path: _path, seed: _seed, times, sequence, ...fault } = plan;
  if (sequence !== undefined) {
    const entry = sequence[index];
    return entry === 'ok' ? undefined : entry;
  }
  return times === undefined || index < times ? fault : undefined;
};

/** Whether any part of the plan damages the field that the partner echoes. */
export const breaksEcho = (plan: FaultPlan): boolean =>
  [plan, ...(plan.sequence ?? [])].some((entry) => entry !== 'ok' && entry.body === 'wrong-echo');
