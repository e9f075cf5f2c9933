import type { Connection } from '@temporalio/client';
import { searchAttributeKeys } from '../workflows/order/search-attributes.js';

/** `IndexedValueType` of Temporal's API, `temporal/api/enums/v1/common.proto`. */
const wireType = { KEYWORD: 2, INT: 3, DATETIME: 6 } as const;

/** The namespace lacks search attributes that this process cannot register. */
export class SearchAttributeError extends Error {
  override readonly name = 'SearchAttributeError';
}

type Wanted = (typeof searchAttributeKeys)[number];
const visibleWithinMs = 10_000;
const pollMs = 50;

const listMissing = async (connection: Connection, namespace: string) => {
  const answer = await connection.operatorService.listSearchAttributes({ namespace });
  const known = new Map(Object.entries(answer.customAttributes ?? {}));
  const wrong = searchAttributeKeys.filter(({ name, type }) => {
    const found = known.get(name);
    return found !== undefined && found !== wireType[type];
  });
  if (wrong.length > 0) {
    const names = wrong.map(({ name, type }) => `${name} (must be ${type})`).join(', ');
    throw new SearchAttributeError(`Search attributes exist with another type: ${names}`);
  }
  return searchAttributeKeys.filter(({ name }) => !known.has(name));
};

const register = async (
  connection: Connection,
  namespace: string,
  missing: readonly Wanted[],
): Promise<void> => {
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map(({ name, type }) => [name, wireType[type]])),
  });
};

/**
 * Registers missing search attributes and waits until they are usable. Safe to repeat, also from
 * several processes at once. Throws `SearchAttributeError` when one exists with another type or
 * cannot be registered, for instance for lack of permission.
 */
export const ensureSearchAttributes = async (
  connection: Connection,
  namespace: string,
): Promise<void> => {
  const deadline = Date.now() + visibleWithinMs;
  let refusal: unknown;
  for (;;) {
    const missing = await listMissing(connection, namespace);
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      const names = missing.map(({ name, type }) => `${name} (${type})`).join(', ');
      const message = `Search attributes could not be registered, add them by hand: ${names}`;
      throw new SearchAttributeError(message, { cause: refusal });
    }
    // Another process may register them first. The next listing shows whether it worked.
    await register(connection, namespace, missing).catch((error: unknown) => {
      refusal = error;
    });
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
};
