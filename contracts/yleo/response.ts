import { z } from 'zod';

/** The results of Yleo's detailed fraud check; the first four are Kount's A, D, E and R. */
export const yleoResults = ['Approved', 'Declined', 'Escalate', 'Review', 'NotPerformed'] as const;
export type YleoResult = (typeof yleoResults)[number];

const filledText = z.string().refine((text) => text.trim() !== '');

/** .NET writes and reads property names in any case. */
const withLowerCaseKeys = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toLowerCase(), inner]),
  );
};

const Exception = z
  .object({ condition: filledText })
  .transform(({ condition }) => ({ kind: 'exception', condition }) as const);

/** `0` and blank are Yleo's placeholders for "Kount gave no transaction number". */
const kountTransactionId = z
  .union([z.string(), z.number().transform(String)])
  .transform((text) => (/^[\s0]*$/.test(text) ? undefined : text))
  .optional()
  .catch(undefined);

const Success = z
  .object({ result: filledText, kounttransactionid: kountTransactionId })
  .transform((body) => ({
    kind: 'success' as const,
    result: body.result,
    kountTransactionId: body.kounttransactionid,
  }));

/**
 * Yleo's answer to a detailed fraud check. The keys alone separate success and exception: Yleo
 * documents no HTTP status for either.
 */
export const YleoResponse = z.preprocess(withLowerCaseKeys, z.union([Exception, Success]));
export type YleoResponse = z.output<typeof YleoResponse>;
