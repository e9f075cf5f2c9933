import type { Queryable } from '../../db/pool.js';
import { listUnderWay, type OrderUnderWay } from '../../db/sweeps.js';

/** An order that is not at its end; undefined when it is, or unknown. */
export const findUnderWay = async (
  db: Queryable,
  transactionId: string,
): Promise<OrderUnderWay | undefined> => (await listUnderWay(db, [transactionId]))[0];
