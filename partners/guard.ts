import type { GuardSettings } from '../contracts/partner-settings.js';
import type { PartnerReport } from '../contracts/v1/partners.js';
import type { PartnerName } from '../domain/votes.js';
import type { RaiseAlarm } from './call.js';
import { PartnerFault } from './fault.js';
import { type Breaker, createBreaker } from './guard/breaker.js';
import { createHealth } from './guard/health.js';
import { createHoldOff, type HoldOff } from './guard/hold-off.js';
import { createLatestChecks } from './guard/latest-checks.js';
import { createBulkheads } from './guard/bulkheads.js';
import { createTokenBucket } from './guard/token-bucket.js';

/** `answer`: an order waits for the check. `background`: no order waits. */
export type CheckMode = 'answer' | 'background';

/** Protects one partner from one worker process, and the process from the partner. */
export interface Guard {
  /**
   * Calls the partner, or throws `PartnerFault` at once: `rate_limited` during the partner's
   * hold-off, `breaker_open`, `overloaded`. Only a background check may be the breaker's half-open
   * test, and its `ask` gets the time limit of a test.
   */
  readonly run: <T>(mode: CheckMode, ask: (testMs?: number) => Promise<T>) => Promise<T>;
  /**
   * Sends a message without a vote. It respects the breaker but never changes its state: a failed
   * message must not cost votes, nor may a successful one close the breaker. Throws as `run`.
   */
  readonly tell: (send: () => Promise<void>) => Promise<void>;
  /**
   * Probes the partner's health: counts as the half-open test when one is due, otherwise not at
   * all. Throws what `ask` throws, and `rate_limited` as `run` does.
   */
  readonly probe: (ask: () => Promise<void>) => Promise<void>;
  /** Applies a `Retry-After` as soon as it arrives, before the check has ended. */
  readonly heed: (fault: PartnerFault) => void;
  /**
   * Takes the time at which operators last moved the partner's lever. If it moved since the last
   * call, breaker and hold-off are reset: the operator wants the partner tried again.
   */
  readonly heedLever: (movedAtMs: number | undefined) => void;
  /** The rest of the partner's hold-off; 0 when it may be called. */
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

/** Applies the `Retry-After` of a fault that `ask` throws. */
const applyingHoldOff =
  <T>(holdOff: HoldOff, ask: () => Promise<T>) =>
  async (): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof PartnerFault) holdOff.heed(error);
      throw error;
    }
  };

/** Calls all `renewals` whenever the lever moved since the last call. */
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

/** Guards one partner in this process. Its state is neither shared nor persisted. */
export const createGuard = ({ partner, alarm, limits, now }: GuardOptions): Guard => {
  const onOpen = () => alarm('partner_breaker_open', { partner });
  const breaker = createBreaker({ settings: limits.breaker, onOpen, now });
  const bulkheads = createBulkheads(limits);
  const bucket = createTokenBucket(limits.backgroundPerSecond, now);
  const holdOff = createHoldOff(now);
  const feedbackHoldOff = createHoldOff(now);
  const latest = createLatestChecks();
  const health = createHealth(now);
  const { slowMs } = limits.breaker;

  const answer = async <T>(ask: () => Promise<T>): Promise<T> => {
    assertNotHeldOff(holdOff);
    assertClosed(breaker);
    return bulkheads.answers.run(() =>
      breaker.run(() => latest.timed(applyingHoldOff(holdOff, ask))),
    );
  };

  const background = async <T>(ask: (testMs?: number) => Promise<T>): Promise<T> => {
    assertNotHeldOff(holdOff);
    // The single test has a place of its own, so that slow checks cannot keep it out. A test longer
    // than `slowMs` has failed, so waiting for its end would gain nothing.
    if (!breaker.isClosed()) {
      const test = () => bulkheads.tests.run(() => ask(slowMs));
      return breaker.run(applyingHoldOff(holdOff, test), slowMs);
    }
    if (bucket.isEmpty()) throw new PartnerFault('overloaded');
    const askOnce = () => {
      // Taken here, so that a check which the breaker rejects uses no token.
      bucket.take();
      return ask();
    };
    return bulkheads.background.run(() => breaker.run(applyingHoldOff(holdOff, askOnce), slowMs));
  };

  return {
    run: (mode, ask) => (mode === 'answer' ? answer(ask) : background(ask)),
    tell: async (send) => {
      assertNotHeldOff(holdOff);
      assertNotHeldOff(feedbackHoldOff);
      assertClosed(breaker);
      await bulkheads.feedback.run(applyingHoldOff(feedbackHoldOff, send));
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
      inFlight: bulkheads.inFlight(),
      ...latest.report(),
      health: health.latest(),
    }),
  };
};
