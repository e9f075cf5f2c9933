import type { GuardSettings } from '../contracts/partner-settings.js';
import type { PartnerReport } from '../contracts/v1/partners.js';
import type { PartnerName } from '../domain/votes.js';
import type { RaiseAlarm } from './call.js';
import { PartnerFault } from './fault.js';
import { type Breaker, createBreaker } from './guard/breaker.js';
import { createHealth } from './guard/health.js';
import { createHoldOff, type HoldOff } from './guard/hold-off.js';
import { createLatestChecks } from './guard/latest-checks.js';
import { createRooms } from './guard/bulkheads.js';
import { createTokenBucket } from './guard/token-bucket.js';

/** Whether an order waits for the check, or nobody does. */
export type CheckMode = 'answer' | 'background';

/** What stands between one worker process and one partner. */
export interface Guard {
  /**
   * Asks the partner, or throws `PartnerFault` at once: `rate_limited` while the partner wants to
   * be left alone, `breaker_open`, `overloaded`. A background check may be the half-open test of
   * the breaker, an answer never is; `ask` is told how long a test may take.
   */
  readonly run: <T>(mode: CheckMode, ask: (testMs?: number) => Promise<T>) => Promise<T>;
  /**
   * Sends what brings no vote. It obeys the breaker and takes no part in it: trouble with
   * feedback must not cost votes, nor may its luck bring a sick partner back. Throws as `run`.
   */
  readonly tell: (send: () => Promise<void>) => Promise<void>;
  /**
   * Runs a probe of the partner's health: the half-open test when one is due, else it counts for
   * nothing. Throws what `ask` throws, and `rate_limited` as `run` does.
   */
  readonly probe: (ask: () => Promise<void>) => Promise<void>;
  /** Takes a check's `Retry-After` when it arrives, before that check has ended. */
  readonly heed: (fault: PartnerFault) => void;
  /**
   * Takes when the operators' lever of the partner was last moved. When it has been moved since,
   * breaker and hold-off begin anew: whoever moves it wants the partner asked afresh.
   */
  readonly heedLever: (movedAtMs: number | undefined) => void;
  /** How long the partner still wants to be left alone; 0 when it may be called. */
  readonly holdOffMs: () => number;
  readonly report: () => PartnerReport;
}

const assertNotHeldOff = (holdOff: HoldOff): void => {
  const retryAfterMs = holdOff.remainingMs();
  if (retryAfterMs > 0) throw new PartnerFault('rate_limited', { retryAfterMs });
};

const assertClosed = (breaker: Breaker): void => {
  if (!breaker.isClosed()) throw new PartnerFault('breaker_open');
};

/** Takes the `Retry-After` of what `ask` throws. */
const heeding =
  <T>(holdOff: HoldOff, ask: () => Promise<T>) =>
  async (): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof PartnerFault) holdOff.heed(error);
      throw error;
    }
  };

/** Calls all of `renewals` whenever the lever was moved since the last call. */
const onceMoved = (renewals: readonly (() => void)[]): Guard['heedLever'] => {
  let knownMs: number | undefined;
  return (movedAtMs) => {
    if (movedAtMs === knownMs) return;
    knownMs = movedAtMs;
    for (const renew of renewals) renew();
  };
};

interface GuardOptions {
  readonly partner: PartnerName;
  readonly alarm: RaiseAlarm;
  readonly limits: GuardSettings;
  readonly now: () => Date;
}

/** Guards one partner for this process; what it learns is neither shared nor kept. */
export const createGuard = ({ partner, alarm, limits, now }: GuardOptions): Guard => {
  const onOpen = () => alarm('partner_breaker_open', { partner });
  const breaker = createBreaker({ settings: limits.breaker, onOpen, now });
  const rooms = createRooms(limits);
  const bucket = createTokenBucket(limits.backgroundPerSecond, now);
  const holdOff = createHoldOff(now);
  const feedbackHoldOff = createHoldOff(now);
  const latest = createLatestChecks();
  const health = createHealth(now);
  const { slowMs } = limits.breaker;

  const answer = async <T>(ask: () => Promise<T>): Promise<T> => {
    assertNotHeldOff(holdOff);
    assertClosed(breaker);
    return rooms.answers.run(() => breaker.run(() => latest.timed(heeding(holdOff, ask))));
  };

  const background = async <T>(ask: (testMs?: number) => Promise<T>): Promise<T> => {
    assertNotHeldOff(holdOff);
    // There is one test at a time: it needs no place among checks that a sick partner holds up.
    // One that takes longer than `slowMs` has failed, so nothing is won by waiting for its end.
    if (!breaker.isClosed()) {
      const test = () => rooms.tests.run(() => ask(slowMs));
      return breaker.run(heeding(holdOff, test), slowMs);
    }
    if (bucket.isEmpty()) throw new PartnerFault('overloaded');
    const askOnce = () => {
      // Taken here, so that a check which the breaker keeps back costs none.
      bucket.take();
      return ask();
    };
    return rooms.background.run(() => breaker.run(heeding(holdOff, askOnce), slowMs));
  };

  return {
    run: (mode, ask) => (mode === 'answer' ? answer(ask) : background(ask)),
    tell: async (send) => {
      assertNotHeldOff(holdOff);
      assertNotHeldOff(feedbackHoldOff);
      assertClosed(breaker);
      await rooms.feedback.run(heeding(feedbackHoldOff, send));
    },
    probe: async (ask) => {
      assertNotHeldOff(holdOff);
      await health.remember(() => breaker.probe(ask));
    },
    heed: holdOff.heed,
    heedLever: onceMoved([breaker.renew, holdOff.end, feedbackHoldOff.end]),
    holdOffMs: holdOff.remainingMs,
    report: () => ({
      ...breaker.report(),
      holdOffUntil: holdOff.until(),
      inFlight: rooms.inFlight(),
      ...latest.report(),
      health: health.latest(),
    }),
  };
};
