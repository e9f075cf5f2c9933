import { createAdmissionMetrics } from '../runtime/metrics.js';
import { announceOverload } from '../services/transactions/overload.js';
import { listKnown } from '../services/transactions/receive.js';
import { partnerTimeOf } from '../services/transactions/partner-answers.js';
import { type AnswerPace, createAnswerPace } from './answer-pace.js';
import type { ApiDeps } from './deps.js';
import { NotAdmitted } from './faults.js';
import { createKnownOrders } from './known-orders.js';
import { createOrderBound, type OrderBound } from './order-bound.js';
import { createOverloadNotice } from './overload-notice.js';
import { createRetryAfter, type RetryAfter } from './retry-after.js';
import { createWaitingLine, type WaitingLine } from './waiting-line.js';

/** A slot that a new order holds while it is in flight. */
export interface Slot {
  /**
   * Announces the order's id: a duplicate that arrives now waits to see whether this one is stored.
   */
  readonly reading: (transactionId: string) => void;
  /** Announces the write that stores the order. */
  readonly storing: (work: Promise<unknown>) => void;
  /** The order was decided. Its latency adjusts the bound. */
  readonly answered: (transactionId: string) => void;
  /** The order could not be decided in time. */
  readonly failed: () => void;
  /** Releases the slot. Later calls do nothing. */
  readonly leave: () => void;
}

/** Decides whether the API admits a new order, before it stores anything of it. */
export interface Admission {
  /** Takes a slot at once. Undefined when all slots are in use, or other orders wait for one. */
  readonly enter: () => Slot | undefined;
  /** True when a slot is free or the waiting line has room. */
  readonly hasRoom: () => boolean;
  /**
   * Waits in line for a slot. Undefined at once when the line is full, or later when the wait times
   * out.
   */
  readonly wait: () => Promise<Slot | undefined>;
  /**
   * Whether the API may still parse a body of this size while all slots are in use, only to see
   * whether its order is already stored.
   */
  readonly mayParse: (bytes: number) => boolean;
  /** Whether an order with this id is stored. Throws `TemporarilyUnavailable`. */
  readonly isKnown: (transactionId: string) => Promise<boolean>;
  /**
   * Counts a refusal, raises the alarm at most once a minute, notifies the workers, and returns the
   * fault to throw.
   */
  readonly refuse: () => NotAdmitted;
}

/**
 * Reading the partners' time of a slow answer costs Postgres a millisecond, so the limit learns
 * from one answer in this time.
 */
const sampleEveryMs = 100;

/** Parsing takes some ten milliseconds a megabyte: a twentieth of the event loop's time. */
const parsedBytesPerSecond = 4_000_000;

const alarmEveryMs = 60_000;

/**
 * A budget of bytes to parse a second for orders that will mostly be refused. Unused budget
 * expires. The first body of a second always passes.
 */
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

/**
 * Raises `orders_refused` at most once a minute, with the number of refusals since the last alarm.
 */
const createRefusalAlarm = (alarm: ApiDeps['alarm'], bound: () => number) => {
  let raisedAtMs = Number.NEGATIVE_INFINITY;
  let refusals = 0;
  return (): void => {
    refusals += 1;
    const nowMs = performance.now();
    if (nowMs - raisedAtMs < alarmEveryMs) return;
    alarm('orders_refused', { refused: refusals, bound: bound() });
    [raisedAtMs, refusals] = [nowMs, 0];
  };
};

interface LearnerParts {
  readonly bound: OrderBound;
  readonly pace: AnswerPace;
  readonly partnerMs: (transactionId: string) => Promise<number>;
}

/**
 * Adjusts the bound by a sample of the answers, slow and quick ones alike. The time that the
 * partners took does not count.
 */
const createLearner = ({ bound, pace, partnerMs }: LearnerParts) => {
  let sampledAtMs = Number.NEGATIVE_INFINITY;
  return async (transactionId: string, sinceMs: number): Promise<void> => {
    const nowMs = performance.now();
    if (nowMs - sampledAtMs < sampleEveryMs) return;
    sampledAtMs = nowMs;
    const ms = nowMs - sinceMs;
    const targetMs = pace.targetMs();
    const isQuick = ms <= targetMs;
    const waitedMs = isQuick ? 0 : await partnerMs(transactionId).catch(() => 0);
    const ownMs = Math.max(1, ms - waitedMs);
    pace.note(ownMs);
    bound.learn({ outcome: 'answered', slowness: ownMs / targetMs, sinceMs });
  };
};

/**
 * Orders that the API is reading or storing. A duplicate that arrives meanwhile is not a new order.
 */
const createStoring = () => {
  const pending = new Map<string, Promise<boolean>>();
  return {
    isStored: (transactionId: string) => pending.get(transactionId),
    /** Registers an order and returns the function that reports whether it was stored. */
    add: (transactionId: string): ((isStored: boolean) => void) => {
      let report: (isStored: boolean) => void = () => undefined;
      // A duplicate that arrived earlier reports the outcome sooner.
      if (pending.has(transactionId)) return report;
      const stored = new Promise<boolean>((resolve) => {
        report = resolve;
      });
      pending.set(transactionId, stored);
      void stored.then(() => pending.delete(transactionId));
      return report;
    },
  };
};

interface SlotParts {
  readonly bound: OrderBound;
  readonly line: WaitingLine;
  readonly retryAfter: RetryAfter;
  readonly storing: ReturnType<typeof createStoring>;
  readonly learn: ReturnType<typeof createLearner>;
  readonly now: () => number;
}

/** A slot that was taken just now. */
const slotOf = ({ bound, line, retryAfter, storing, learn, now }: SlotParts): Slot => {
  const sinceMs = now();
  let hasLeft = false;
  let reportStored: (isStored: boolean) => void = () => undefined;
  return {
    reading: (transactionId) => {
      reportStored = storing.add(transactionId);
    },
    storing: (work) =>
      void work.then(
        () => reportStored(true),
        () => reportStored(false),
      ),
    answered: (transactionId) => {
      line.answered();
      retryAfter.answered();
      void learn(transactionId, sinceMs);
    },
    failed: () => bound.learn({ outcome: 'failed', sinceMs }),
    leave: () => {
      if (hasLeft) return;
      hasLeft = true;
      // An order that leaves before it was stored was refused for its faults.
      reportStored(false);
      bound.leave();
      line.serve();
    },
  };
};

/** The admission of one API process. */
export const createAdmission = ({
  metrics,
  alarm,
  db,
}: Pick<ApiDeps, 'metrics' | 'alarm' | 'db'>): Admission => {
  const now = () => performance.now();
  const bound = createOrderBound(now);
  const pace = createAnswerPace(now);
  const line = createWaitingLine(bound.enter, now);
  const retryAfter = createRetryAfter(now);
  const refused = createAdmissionMetrics(metrics.registry, { ...bound, waiting: line.length });
  const raiseAlarm = createRefusalAlarm(alarm, bound.bound);
  const announce = createOverloadNotice(() => announceOverload({ db }), now);
  const learn = createLearner({ bound, pace, partnerMs: (id) => partnerTimeOf({ db }, id) });
  const storing = createStoring();
  const known = createKnownOrders((ids) => listKnown({ db }, ids));
  const slotNow = () => slotOf({ bound, line, retryAfter, storing, learn, now });
  return {
    hasRoom: () => bound.inFlight() < bound.bound() || line.hasRoom(),
    // Orders in line go first.
    enter: () => (line.length() === 0 && bound.enter() ? slotNow() : undefined),
    wait: async () => (line.hasRoom() && (await line.wait()) ? slotNow() : undefined),
    mayParse: createAllowance(),
    isKnown: async (transactionId) =>
      (await storing.isStored(transactionId)) === true || known(transactionId),
    refuse: () => {
      refused.inc();
      raiseAlarm();
      announce();
      return new NotAdmitted(retryAfter.refused());
    },
  };
};
