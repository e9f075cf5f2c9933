import { createAdmissionMetrics } from '../runtime/metrics.js';
import { listKnown } from '../services/transactions/store.js';
import { partnerTimeOf } from '../services/transactions/partner-answers.js';
import { type AnswerPace, createAnswerPace } from './answer-pace.js';
import { type ComeAgain, createComeAgain } from './come-again.js';
import type { ApiDeps } from './deps.js';
import { HttpFault } from './faults.js';
import { createKnownOrders } from './known-orders.js';
import { createOrderBound, type OrderBound } from './order-bound.js';
import { createWaitingLine, type WaitingLine } from './waiting-line.js';

/** A new order's place among those in flight. */
export interface Place {
  /** Its order is read: an equal one that comes meanwhile waits to see whether it is stored. */
  readonly reading: (transactionId: string) => void;
  /** Its order is being stored. */
  readonly storing: (work: Promise<unknown>) => void;
  /** Its order has been decided: how long that took teaches the bound. */
  readonly answered: (transactionId: string) => void;
  /** Its order could not be decided in time. */
  readonly failed: () => void;
  /** Gives it back; only the first call counts. */
  readonly leave: () => void;
}

/** Decides whether a new order is taken, before anything of it is stored. */
export interface Admission {
  /** A place; undefined when as many are in flight as can be answered in time. */
  readonly enter: () => Place | undefined;
  /** True when `enter` would find a place, or `wait` would be of use. */
  readonly hasRoom: () => boolean;
  /**
   * Waits its turn for a place; undefined when as many wait as will find one in time, at once, or
   * when none came in time.
   */
  readonly wait: () => Promise<Place | undefined>;
  /** Whether a body of so many bytes is still parsed, only to see whether its order is known. */
  readonly mayParse: (bytes: number) => boolean;
  /** Whether an order of this id is stored. Throws `TemporarilyUnavailable`. */
  readonly isKnown: (transactionId: string) => Promise<boolean>;
  /** Counts a refusal and raises its alarm now and then; the fault to throw. */
  readonly refuse: () => HttpFault;
}

/** A look at the partners' time costs a millisecond of Postgres: so many a second are enough. */
const lookEveryMs = 50;

/** Parsing takes some ten milliseconds a megabyte: a twentieth of the event loop's time. */
const parsedBytesPerSecond = 4_000_000;

const alarmEveryMs = 60_000;

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

interface Lessons {
  readonly bound: OrderBound;
  readonly pace: AnswerPace;
  readonly partnerMs: (transactionId: string) => Promise<number>;
}

/** Teaches the bound by an answer; a long one counts only where its partners were not the cause. */
const createLearner = ({ bound, pace, partnerMs }: Lessons) => {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return async (transactionId: string, sinceMs: number): Promise<void> => {
    const nowMs = performance.now();
    const ms = nowMs - sinceMs;
    if (ms <= pace.slowMs()) {
      pace.note(ms);
      bound.learn({ outcome: 'in_time', sinceMs });
      return;
    }
    if (nowMs - lookedAtMs < lookEveryMs) return;
    lookedAtMs = nowMs;
    const ownMs = ms - (await partnerMs(transactionId).catch(() => 0));
    bound.learn({ outcome: ownMs > pace.slowMs() ? 'slow' : 'in_time', sinceMs });
    pace.note(ownMs);
  };
};

/** Orders that are read and stored: an equal one that comes meanwhile is no new one. */
const createStoring = () => {
  const coming = new Map<string, Promise<boolean>>();
  return {
    isStored: (transactionId: string) => coming.get(transactionId),
    /** Gives how to tell whether it was stored; only the first time counts. */
    add: (transactionId: string): ((isStored: boolean) => void) => {
      let tell: (isStored: boolean) => void = () => undefined;
      // An equal one that is further tells it sooner.
      if (coming.has(transactionId)) return tell;
      const stored = new Promise<boolean>((resolve) => {
        tell = resolve;
      });
      coming.set(transactionId, stored);
      void stored.then(() => coming.delete(transactionId));
      return tell;
    },
  };
};

interface PlaceParts {
  readonly bound: OrderBound;
  readonly line: WaitingLine;
  readonly comeAgain: ComeAgain;
  readonly storing: ReturnType<typeof createStoring>;
  readonly learn: ReturnType<typeof createLearner>;
  readonly now: () => number;
}

/** A place that was taken just now. */
const placeOf = ({ bound, line, comeAgain, storing, learn, now }: PlaceParts): Place => {
  const sinceMs = now();
  let hasLeft = false;
  let tellStored: (isStored: boolean) => void = () => undefined;
  return {
    reading: (transactionId) => {
      tellStored = storing.add(transactionId);
    },
    storing: (work) =>
      void work.then(
        () => tellStored(true),
        () => tellStored(false),
      ),
    answered: (transactionId) => {
      line.answered();
      comeAgain.answered();
      void learn(transactionId, sinceMs);
    },
    failed: () => bound.learn({ outcome: 'failed', sinceMs }),
    leave: () => {
      if (hasLeft) return;
      hasLeft = true;
      // Whoever leaves before it was stored was refused for its faults.
      tellStored(false);
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
  const comeAgain = createComeAgain(now);
  const refused = createAdmissionMetrics(metrics.registry, { ...bound, waiting: line.length });
  const tell = createTeller(alarm, bound.bound);
  const learn = createLearner({ bound, pace, partnerMs: (id) => partnerTimeOf({ db }, id) });
  const storing = createStoring();
  const known = createKnownOrders((ids) => listKnown({ db }, ids));
  const placeNow = () => placeOf({ bound, line, comeAgain, storing, learn, now });
  return {
    hasRoom: () => bound.inFlight() < bound.bound() || line.hasRoom(),
    // Those in line come first.
    enter: () => (line.length() === 0 && bound.enter() ? placeNow() : undefined),
    wait: async () => (line.hasRoom() && (await line.wait()) ? placeNow() : undefined),
    mayParse: createAllowance(),
    isKnown: async (transactionId) =>
      (await storing.isStored(transactionId)) === true || known(transactionId),
    refuse: () => {
      refused.inc();
      tell();
      const message =
        'more orders come in than can be decided in time; nothing was stored, send it again later';
      return new HttpFault(
        503,
        [{ error: 'temporarily_unavailable', message }],
        comeAgain.refused(),
      );
    },
  };
};
