import type { Context } from 'hono';
import type { ApiError } from '../contracts/errors.js';
import { isPlainName } from '../contracts/words.js';
import { badRequest } from './faults.js';

/** The faults of a query: each parameter that is not one of `names`, or is given twice. */
export const unknownParameterFaults = (
  given: Record<string, string[]>,
  names: readonly string[],
): ApiError[] => {
  const rest = names.length === 0 ? 'there is none' : `known are ${names.join(', ')}`;
  const texts = Object.entries(given).flatMap(([name, values]) => {
    if (names.includes(name)) {
      return values.length > 1 ? [`$.${name} must be given once only`] : [];
    }
    return isPlainName(name)
      ? [`$.${name} is no parameter of this route; ${rest}`]
      : [`$ has an unknown parameter; ${rest}`];
  });
  return [...new Set(texts)].map((message) => ({ error: 'invalid_value', message }));
};

/**
 * Throws 400 for a query parameter that is unknown or given twice. Otherwise a mistyped filter
 * would list everything.
 */
export const refuseUnknownParameters = (c: Context, names: readonly string[]): void => {
  const faults = unknownParameterFaults(c.req.queries(), names).slice(0, 20);
  if (faults.length > 0) throw badRequest(faults);
};
