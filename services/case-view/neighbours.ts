import { listQueueIds } from '../../db/case-queue.js';
import type { Context } from '../context.js';

/** Where a case stands in the queue by priority. */
export interface Neighbours {
  /** From 1; undefined for a case that is not among the first ones. */
  readonly position: number | undefined;
  /** How many open cases there are; a lower bound with `isMore`. */
  readonly total: number;
  readonly isMore: boolean;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** Nobody works through more in a day, and each case costs the reader a little. */
const readMax = 200;

/** The cases before and after one in the queue by priority. */
export const readNeighbours = async (
  { db, now }: Context<'now'>,
  caseId: string,
): Promise<Neighbours> => {
  const filter = { now, status: 'open', awaitsSecond: false } as const;
  const found = await listQueueIds(db, filter, {
    sort: 'priority',
    after: undefined,
    limit: readMax + 1,
  });
  const ids = found.slice(0, readMax).map((one) => one.caseId);
  const index = ids.indexOf(caseId);
  const isListed = index >= 0;
  return {
    position: isListed ? index + 1 : undefined,
    total: ids.length,
    isMore: found.length > readMax,
    previous: isListed ? ids[index - 1] : undefined,
    next: isListed ? ids[index + 1] : ids[0],
  };
};
