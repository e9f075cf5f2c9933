import { z } from 'zod';
import { readAlertClock } from '../../db/alert-clock.js';
import type { PageOf } from '../../db/alert-rules.js';
import type { Context } from '../context.js';
import { printCursor } from '../cursor.js';

/** A page of a list as of `asOf`. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly asOf: number;
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** The position that a cursor encodes. */
export const ListPlace = z.object({ asOf: z.int().min(0), offset: z.int().min(0) });
export type ListPlace = z.output<typeof ListPlace>;

/**
 * One page of a list that only grows at positions above `asOf`, so pages of one `asOf` neither skip
 * nor repeat items. Without `asOf` the list is read as of now. Undefined when `asOf` is ahead of
 * the alert clock: the items up to it do not exist yet.
 */
export const listPage = async <T>(
  { db }: Context,
  place: { readonly asOf: number | undefined; readonly limit: number; readonly offset: number },
  read: (page: PageOf) => Promise<{ readonly rows: readonly T[]; readonly total: number }>,
): Promise<Listed<T> | undefined> => {
  const now = await readAlertClock(db);
  const { asOf = now, limit, offset } = place;
  if (asOf > now) return undefined;
  const { rows, total } = await read({ asOf, limit, offset });
  const next = offset + rows.length;
  const nextCursor = next < total && rows.length > 0 ? printCursor({ asOf, offset: next }) : null;
  return { items: rows, total, asOf, nextCursor };
};
