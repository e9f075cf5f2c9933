import { randomInt } from 'node:crypto';
import { createAdmissionMetrics } from '../runtime/metrics.js';
import { partnerTimeOf } from '../services/transactions/partner-time.js';
import type { ApiDeps } from './deps.js';
import { HttpFault } from './faults.js';
import { createOrderBound, type OrderBound } from './order-bound.js';

/** A new order's place among those in flight. */
export interface Place {
  /** Its order is being stored: an equal one that comes meanwhile is no new one. */
  readonly storing: (transactionId: string, work: Promise<unknown>) => void;
  /** Its order has been decided: how long that took teaches the bound. */
  readonly answered: (transactionId: string) => void;
  /** Its order could not be decided in time. */
  readonly failed: () => void;
  /** Gives it back; only the first call counts. */
  readonly leave: () => void;
}

/** Decides whether a new order is taken, before anything of it is stored. */
export interface Admission {
  /** Undefined when as many are in flight as can be answered in time. */
  readonly enter: () => Place | undefined;
  /** True when `enter` would find a place. */
  readonly hasRoom: () => boolean;
  /** Whether a body of so many bytes is still parsed, only to see whether its order is known. */
  readonly mayParse: (bytes: number) => boolean;
  /**
   * Runs a look whether an order is known; undefined, and no look, when too many run already:
   * looks of a flood must leave connections to everybody else.
   */
  readonly look: (
    transactionId: string,
    isKnown: (transactionId: string) => Promise<boolean>,
  ) => Promise<boolean | undefined>;
  /** Counts a refusal and raises its alarm now and then; the fault to throw. */
  readonly refuse: () => HttpFault;
}

/**
 * Most of the second that an answer may take beside its partners. Judged without the partners'
 * time: one that is slow is no reason to take fewer orders.
 */
const slowMs = 700;

/** A look at the partners' time costs a millisecond of Postgres: so many a second are enough. */
const lookEveryMs = 50;

/** Of the connections that verdicts, repeats and reads share, more than half stay free of looks. */
const looksMax = 4;

/** Parsing takes some ten milliseconds a megabyte: a twentieth of the event loop's time. */
const parsedBytesPerSecond = 4_000_000;

const alarmEveryMs = 60_000;

/**
 * Seconds until a refused order should be sent again. Spread, so that those refused together do
 * not come together, and long enough that they are no load meanwhile.
 */
const retryAfterSeconds = (): number => randomInt(2, 8);

/** What may be parsed of orders that will mostly be refused: so much a second, unused none. */
const createAllowance = () => {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let spent = 0;
  return (bytes: number): boolean => {
    const nowMs = performance.now();
    if (nowMs - sinceMs >= 1000) [sinceMs, spent] = [nowMs, 0];
    if (spent > 0 && spent + bytes > parsedBytesPerSecond) return false;
    spent += bytes;
    return true;
  };
};

/** The alarm `orders_refused`, at most once a minute, with how many it stands for. */
const createTeller = (alarm: ApiDeps['alarm'], bound: () => number) => {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (): void => {
    untold += 1;
    const nowMs = performance.now();
    if (nowMs - toldAtMs < alarmEveryMs) return;
    alarm('orders_refused', { refused: untold, bound: bound() });
    [toldAtMs, untold] = [nowMs, 0];
  };
};

/** Teaches the bound by an answer; a long one counts only where its partners were not the cause. */
const createLearner = (bound: OrderBound, partnerMs: (id: string) => Promise<number>) => {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return async (transactionId: string, sinceMs: number): Promise<void> => {
    const ms = performance.now() - sinceMs;
    if (ms <= slowMs) {
      bound.learn({ isSlow: false, sinceMs });
      return;
    }
    if (performance.now() - lookedAtMs < lookEveryMs) return;
    lookedAtMs = performance.now();
    const waited = await partnerMs(transactionId).catch(() => 0);
    bound.learn({ isSlow: ms - waited > slowMs, sinceMs });
  };
};

/** The admission of one API process. */
export const createAdmission = ({
  metrics,
  alarm,
  pool,
}: Pick<ApiDeps, 'metrics' | 'alarm' | 'pool'>): Admission => {
  const bound = createOrderBound(() => performance.now());
  const refused = createAdmissionMetrics(metrics.registry, bound);
  const tell = createTeller(alarm, bound.bound);
  const learn = createLearner(bound, (id) => partnerTimeOf(pool, id));
  const storing = new Map<string, Promise<boolean>>();
  let looks = 0;
  return {
    hasRoom: () => bound.inFlight() < bound.bound(),
    enter: () => {
      if (!bound.enter()) return undefined;
      const sinceMs = performance.now();
      let hasLeft = false;
      const leave = (): void => {
        if (!hasLeft) bound.leave();
        hasLeft = true;
      };
      return {
        storing: (transactionId, work) => {
          const done = work.then(
            () => true,
            () => false,
          );
          storing.set(transactionId, done);
          void done.then(() => storing.delete(transactionId));
        },
        answered: (transactionId) => void learn(transactionId, sinceMs),
        failed: () => bound.learn({ isSlow: true, sinceMs }),
        leave,
      };
    },
    mayParse: createAllowance(),
    look: async (transactionId, isKnown) => {
      const isStored = await storing.get(transactionId);
      if (isStored === true) return true;
      if (looks >= looksMax) return undefined;
      looks += 1;
      try {
        return await isKnown(transactionId);
      } finally {
        looks -= 1;
      }
    },
    refuse: () => {
      refused.inc();
      tell();
      const message =
        'more orders come in than can be decided in time; nothing was stored, send it again later';
      return new HttpFault(
        503,
        [{ error: 'temporarily_unavailable', message }],
        retryAfterSeconds(),
      );
    },
  };
};
