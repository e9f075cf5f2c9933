import { listQueueIds } from '../../db/case-queue.js';
import { deskFilterOf, type QueueQuery } from '../cases/queue.js';
import type { Context } from '../context.js';

/** Where a case stands in a queue. */
export interface Neighbours {
  /** From 1; undefined for a case that is not among the first ones. */
  readonly position: number | undefined;
  /** How many cases the queue has; a lower bound with `isMore`. */
  readonly total: number;
  readonly isMore: boolean;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** Nobody works through more cases in a day, and each one makes the query a little slower. */
const readMax = 200;

/** The cases before and after one in the queue that a query asks for. */
export const readNeighbours = async (
  context: Context<'actor' | 'now'>,
  caseId: string,
  query: QueueQuery,
): Promise<Neighbours> => {
  const { sort = 'priority' } = query;
  const place = { sort, after: undefined, limit: readMax + 1 };
  const found = await listQueueIds(context.db, deskFilterOf(query, context), place);
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
