import { z } from 'zod';
import { readAlertClock } from '../../db/alert-clock.js';
import type { PageOf } from '../../db/alert-rules.js';
import type { Context } from '../context.js';
import { printCursor } from '../cursor.js';

/** A part of a list as it stood at `asOf`. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly asOf: number;
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** The place that a cursor stands for. */
export const ListPlace = z.object({ asOf: z.int().min(0), offset: z.int().min(0) });
export type ListPlace = z.output<typeof ListPlace>;

/**
 * One page of a list that only ever grows at numbers above `asOf`, so pages of one `asOf` neither
 * skip nor repeat. Without `asOf` it is the list as it stands now. Undefined when `asOf` lies ahead
 * of all there is: what comes up to it is still to come.
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
