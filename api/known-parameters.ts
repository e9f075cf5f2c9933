import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { ApiError } from '../contracts/errors.js';
import { isPlainName } from '../contracts/words.js';
import { badRequest } from './faults.js';
import { operations } from './openapi/operations.js';

/** `get /v1/cases/:caseId`, as the router knows a route. */
const keyOf = (method: string, path: string): string =>
  `${method.toLowerCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;

/** The names of each operation's parameters; undefined where others decide what is sent. */
const known: ReadonlyMap<string, readonly string[] | undefined> = new Map(
  operations.map(({ method, path, query, takesAnyQuery }) => [
    keyOf(method, path),
    takesAnyQuery ? undefined : Object.keys(query?.shape ?? {}),
  ]),
);

const faultsIn = (given: Record<string, string[]>, names: readonly string[]): ApiError[] => {
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
 * Throws 400 for a query with a parameter that the route does not have, or has twice: a filter
 * with a slip of the pen must not list everything. The names are those of the OpenAPI document.
 */
export const refuseUnknownParameters = (c: Context): void => {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  const key = keyOf(method, routePath(c));
  const names = known.get(key);
  if (names === undefined) return;
  const faults = faultsIn(c.req.queries(), names).slice(0, 20);
  if (faults.length > 0) throw badRequest(faults);
};
