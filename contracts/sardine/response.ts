import { z } from 'zod';

/** Sardine's risk levels; an unlisted level is read as `unknown`. */
const sardineLevels = ['low', 'medium', 'high', 'very_high', 'unknown'] as const;
export type SardineLevel = (typeof sardineLevels)[number];

const optionalText = z.string().optional().catch(undefined);
const id = z.union([z.string(), z.number().transform(String)]);

/**
 * Entries kept of an explanation. The rest is not even parsed, because an answer of a megabyte
 * would block the event loop.
 */
const explainedMax = 100;

const someOf = <S extends z.ZodType>(entry: S) =>
  z.preprocess(
    (value: unknown) => (Array.isArray(value) ? value.slice(0, explainedMax) : value),
    z.array(entry),
  );

const someNamed = <S extends z.ZodType>(entry: S) =>
  z.preprocess(
    (value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).slice(0, explainedMax))
        : value,
    z.record(z.string(), entry),
  );

const Rule = z.object({
  id,
  name: optionalText,
  /** False for a shadow rule, which is reported but has no effect. */
  isLive: z.boolean().catch(false),
  isAllowlisted: z.boolean().catch(false),
});

const Checkpoint = z.object({
  riskLevel: z.object({ value: optionalText, ruleIds: someOf(id).catch([]) }),
});

/**
 * Sardine's answer to `POST /v1/issuing/risks`. Only status, echo and level can invalidate it: an
 * explanation of an unexpected shape is read as absent, so that it never costs the vote.
 */
export const SardineRiskResponse = z.object({
  status: z.string(),
  sessionKey: optionalText,
  level: z.enum(sardineLevels).catch('unknown'),
  amlLevel: optionalText,
  /** Absent until Sardine has data and feedback; its scale is not documented. */
  score: z.number().optional().catch(undefined),
  rules: someOf(Rule).catch([]),
  checkpoints: someNamed(Checkpoint).catch({}),
  reasonCodes: someOf(z.string()).catch([]),
});
export type SardineRiskResponse = z.output<typeof SardineRiskResponse>;

/**
 * Sardine's answer to `POST /v1/customers` and `/v1/feedbacks`, in the parts that are used. An
 * answer with status 200 may say `Timeout`.
 */
export const SardineStatusResponse = z.object({ status: z.string() });
export type SardineStatusResponse = z.output<typeof SardineStatusResponse>;

/** Sardine's error body. The public documentation has no schema, so only a code is read. */
export const SardineErrorResponse = z.object({ code: z.string() });
