import {
  CircuitState,
  type CircuitBreakerPolicy,
  circuitBreaker,
  ExponentialBackoff,
  handleWhenResult,
  isBrokenCircuitError,
  noJitterGenerator,
} from 'cockatiel';
import type { GuardSettings } from '../../contracts/partner-settings.js';
import type { BreakerState, PartnerReport } from '../../contracts/v1/partners.js';
import type { PartnerFaultCode } from '../../domain/votes.js';
import { PartnerFault } from '../fault.js';
import { latestPause, startStopwatch } from '../own-time.js';
import { EitherBreaker } from './either-breaker.js';

/**
 * Whether a fault means that the partner is down. A partner that rejects a request, or answers
 * about another one, is alive. The last two codes are our own: no partner sends them.
 */
const isOutage: Readonly<Record<PartnerFaultCode, boolean>> = {
  timeout: true,
  network: true,
  rate_limited: true,
  server_error: true,
  invalid_response: true,
  partner_transient: true,
  refused: false,
  unauthorized: false,
  wrong_echo: false,
  partner_permanent: false,
  breaker_open: false,
  overloaded: false,
};

/** A cancelled check proves nothing about the partner. */
const isSignOfLife = (error: unknown): boolean =>
  error instanceof PartnerFault && !isOutage[error.code];

const stateNames: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  // Cockatiel's manually opened state, which Verdict never uses.
  [CircuitState.Isolated]: 'open',
};

/**
 * A breaker that opened this shortly before a pause of this process may have opened because of it.
 */
const beforePauseMs = 5_000;

/** The breaker of one partner. */
export interface Breaker {
  readonly isClosed: () => boolean;
  /**
   * Runs a check that counts, or the half-open test when one is due. Throws `breaker_open` while
   * the breaker is open or another test runs. An answer slower than `slowMs` is returned and counts
   * as a failure. A failure that a pause of this process may explain does not count.
   */
  readonly run: <T>(ask: () => Promise<T>, slowMs?: number) => Promise<T>;
  /** Counts only as the half-open test. Whatever it throws is a failure of that test. */
  readonly probe: (ask: () => Promise<void>) => Promise<void>;
  /** Closes the breaker and clears its counts. Checks in flight no longer count. */
  readonly renew: () => void;
  readonly report: () => Pick<PartnerReport, 'breaker' | 'breakerSince'>;
}

/** The end of a check, and what it proves about the partner. */
interface Outcome<T> {
  readonly end: { readonly value: T } | { readonly error: unknown };
  readonly isFailure: boolean;
  /** True when this process, not the partner, may have caused the failure. */
  readonly isOurs: boolean;
}

/** True when the partner sent no answer: only then can this process be the cause. */
export const isSilence = (error: unknown): boolean =>
  !(error instanceof PartnerFault) || error.code === 'timeout' || error.code === 'network';

/** Never throws: the policy gets a result instead of an error. */
const outcomeOf = async <T>(ask: () => Promise<T>, slowMs: number): Promise<Outcome<T>> => {
  const watch = startStopwatch();
  const isSlow = () => watch.ranMs() > slowMs;
  try {
    return { end: { value: await ask() }, isFailure: isSlow(), isOurs: false };
  } catch (error) {
    const isFailure = !isSignOfLife(error) || isSlow();
    return { end: { error }, isFailure, isOurs: isSilence(error) && watch.isOurs() };
  }
};

/** Unlike a check, a rejected probe has failed: the health page must exist. */
const probed = async (ask: () => Promise<void>): Promise<Outcome<void>> => {
  const outcome = await outcomeOf(ask, Number.POSITIVE_INFINITY);
  return { ...outcome, isFailure: 'error' in outcome.end };
};

const ended = <T>({ end }: Outcome<T>): T => {
  if ('error' in end) throw end.error;
  return end.value;
};

const failures = handleWhenResult((outcome) => (outcome as Outcome<unknown>).isFailure);

const createPolicy = (settings: GuardSettings['breaker']): CircuitBreakerPolicy =>
  circuitBreaker(failures, {
    breaker: new EitherBreaker(settings),
    halfOpenAfter: new ExponentialBackoff({
      generator: noJitterGenerator,
      initialDelay: settings.pauseMs,
      maxDelay: settings.pauseMaxMs,
    }),
  });

interface BreakerOptions {
  readonly settings: GuardSettings['breaker'];
  /** Called when the breaker opens, not again after each failed test. */
  readonly onOpen: () => void;
  readonly now: () => Date;
}

/** The current policy, which `renew` replaces by a new one. */
const createRenewable = ({ settings, onOpen, now }: BreakerOptions) => {
  let policy: CircuitBreakerPolicy;
  let since: Date;
  let openedAtMs = Number.NEGATIVE_INFINITY;

  const renew = (): void => {
    const own = createPolicy(settings);
    let state = own.state;
    own.onStateChange((next) => {
      const isNews = state === CircuitState.Closed;
      state = next;
      // Ignores checks of a policy that has been replaced meanwhile.
      if (own !== policy) return;
      since = now();
      if (!isNews) return;
      openedAtMs = performance.now();
      onOpen();
    });
    policy = own;
    since = now();
  };
  renew();

  /** The current policy; a new one when a pause of this process may have opened it. */
  const current = (): CircuitBreakerPolicy => {
    const pause = policy.state === CircuitState.Closed ? undefined : latestPause();
    if (pause === undefined) return policy;
    const isAround =
      openedAtMs > pause.startedAtMs - beforePauseMs && openedAtMs <= pause.endedAtMs;
    if (isAround) renew();
    return policy;
  };
  return { current, renew, since: () => since };
};

/** Creates a closed breaker without counts. Never throws. */
export const createBreaker = (options: BreakerOptions): Breaker => {
  const { current, renew, since } = createRenewable(options);

  const test = async <T>(own: CircuitBreakerPolicy, ask: () => Promise<T>, slowMs: number) => {
    // The policy itself would wait for the other test to end.
    if (own.state === CircuitState.HalfOpen) throw new PartnerFault('breaker_open');
    const outcome = await own
      .execute(() => outcomeOf(ask, slowMs))
      .catch((error: unknown) => {
        throw isBrokenCircuitError(error) ? new PartnerFault('breaker_open') : error;
      });
    return ended(outcome);
  };

  return {
    isClosed: () => current().state === CircuitState.Closed,
    run: async (ask, slowMs = Number.POSITIVE_INFINITY) => {
      const own = current();
      if (own.state !== CircuitState.Closed) return test(own, ask, slowMs);
      const outcome = await outcomeOf(ask, slowMs);
      const counts = !(outcome.isFailure && outcome.isOurs);
      // A check that began before the breaker opened does not count: an open policy would take it
      // for a test.
      if (counts && own.state === CircuitState.Closed) await own.execute(() => outcome);
      return ended(outcome);
    },
    probe: async (ask) => {
      const own = current();
      if (own.state !== CircuitState.Open) return ask();
      const outcome = await own
        .execute(() => probed(ask))
        .catch((error: unknown) => {
          if (!isBrokenCircuitError(error)) throw error;
        });
      if (outcome === undefined) return ask();
      return ended(outcome);
    },
    renew,
    report: () => ({ breaker: stateNames[current().state], breakerSince: since().toISOString() }),
  };
};
