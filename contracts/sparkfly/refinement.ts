import type { z } from 'zod';

/** A fault that only several fields together, or a list as a whole, can have. */
export const refuseAs = (
  input: unknown,
  path: PropertyKey[],
  message: string,
): z.core.$ZodRawIssue => ({
  code: 'custom',
  input,
  path,
  message,
  params: { code: 'invalid_value' },
});
