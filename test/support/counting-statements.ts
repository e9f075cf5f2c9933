import type { Pool } from '../../db/pool.js';

/** A pool that counts the statements which are sent with its `query`, all or those of a name. */
export const countingStatements = (pool: Pool) => {
  const names: string[] = [];
  const query = (...given: unknown[]): unknown => {
    const [statement] = given as [string | { readonly name?: string }];
    names.push(typeof statement === 'string' ? statement : (statement.name ?? ''));
    return (pool.query as (...all: unknown[]) => unknown).apply(pool, given);
  };
  return {
    pool: { query } as unknown as Pool,
    count: (name?: string): number =>
      names.filter((one) => name === undefined || one === name).length,
  };
};
