import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import type { AnswerFigures } from '../../contracts/v1/confirmation.js';
import { readSourceOrders, sampleSource } from '../../db/backtest-source.js';
import type { Queryable } from '../../db/pool.js';
import type { StoredOrder } from '../../domain/backtest/stored-order.js';
import { dayMs } from '../../domain/utc-day.js';

/** One order's answer as it is and as it would be; undefined when it cannot be known. */
export type Reanswered = { readonly was: Outcome; readonly would: Outcome } | undefined;

export interface DayToCount {
  readonly now: Date;
  /** Null for all banners. */
  readonly banner: Banner | null;
  readonly reanswer: (order: StoredOrder) => Promise<Reanswered>;
  /** Completes "… could not be answered anew: …" for orders of which `reanswer` knows nothing. */
  readonly unknownBecause: string;
}

/** Orders read and evaluated at a time, in some milliseconds: others are answered in between. */
const sliceSize = 25;

const createCount = () => {
  const cells = new Map<string, AnswerFigures['changes'][number]>();
  let evaluated = 0;
  return {
    add: (one: Reanswered): void => {
      if (one === undefined) return;
      evaluated += 1;
      const { was, would } = one;
      if (was === would) return;
      const key = `${was} ${would}`;
      cells.set(key, { was, would, orders: (cells.get(key)?.orders ?? 0) + 1 });
    },
    figures: () => {
      const changes = [...cells.values()];
      const changed = changes.reduce((sum, { orders }) => sum + orders, 0);
      return { evaluated, changed, share: evaluated === 0 ? 0 : changed / evaluated, changes };
    },
  };
};

/** Why orders were not answered anew, in words. */
const hintOf = (unknown: number, notReached: number, because: string): string | null => {
  const parts = [
    ...(unknown > 0 ? [`${unknown} of the orders could not be answered anew: ${because}`] : []),
    ...(notReached > 0
      ? [`${notReached} of the orders were not looked at: time was up (confirmation.withinMs)`]
      : []),
  ];
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
};

/**
 * Answers the orders of the last day anew and counts what would have been otherwise: all of them,
 * or of a large day an even sample. Ends when its time is up; what is not done then is told as
 * undetermined. Throws `TemporarilyUnavailable`.
 */
export const countAnswers = async (
  db: Queryable,
  { ordersMax, withinMs }: Settings['confirmation'],
  { now, banner, reanswer, unknownBecause }: DayToCount,
): Promise<AnswerFigures> => {
  const endMs = performance.now() + withinMs;
  const from = new Date(now.getTime() - dayMs);
  const { orders, ids } = await sampleSource(db, { from, banner, limit: ordersMax });
  const count = createCount();
  let [undecided, lookedAt] = [0, 0];
  for (let at = 0; at < ids.length && performance.now() < endMs; at += sliceSize) {
    const slice = ids.slice(at, at + sliceSize);
    const read = await readSourceOrders(db, slice);
    undecided += slice.length - read.length;
    lookedAt += read.length;
    for (const order of read) count.add(await reanswer(order));
  }
  const figures = count.figures();
  const undetermined = Math.max(0, ids.length - undecided - figures.evaluated);
  const unknown = lookedAt - figures.evaluated;
  const hint = hintOf(unknown, Math.max(0, undetermined - unknown), unknownBecause);
  return { from: from.toISOString(), orders, undetermined, hint, ...figures };
};
