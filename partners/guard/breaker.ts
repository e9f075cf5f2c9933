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
 * Whether a fault says that the partner is down. One that refuses, or answers about something
 * else, is alive. The last two are our own: no partner sends them.
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

/** A check that was cancelled is no sign of life: it has proved nothing. */
const isSignOfLife = (error: unknown): boolean =>
  error instanceof PartnerFault && !isOutage[error.code];

const stateNames: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  // Open by hand, which Verdict never does.
  [CircuitState.Isolated]: 'open',
};

/** A breaker that opened so shortly before a pause of ours may have opened for what led to it. */
const beforePauseMs = 5_000;

/** The breaker of one partner. */
export interface Breaker {
  readonly isClosed: () => boolean;
  /**
   * Runs a check that counts; the half-open test when one is due. Throws `breaker_open` while the
   * breaker is open or another test runs. An answer that takes longer than `slowMs`, if given, is
   * given back and counts as a failure. A failure while this process did not run counts as nothing.
   */
  readonly run: <T>(ask: () => Promise<T>, slowMs?: number) => Promise<T>;
  /** Runs what counts as the half-open test only; whatever it throws is a failure of that test. */
  readonly probe: (ask: () => Promise<void>) => Promise<void>;
  /** Closes it and forgets all it has counted; checks under way have no say any more. */
  readonly renew: () => void;
  readonly report: () => Pick<PartnerReport, 'breaker' | 'breakerSince'>;
}

/** How a check ended, and what that says of the partner. */
interface Outcome<T> {
  readonly end: { readonly value: T } | { readonly error: unknown };
  readonly isFailure: boolean;
  /** True when the failure may be due to this process and not to the partner. */
  readonly isOurs: boolean;
}

/** True for an end without a word of the partner: only then can it be our own doing. */
export const isSilence = (error: unknown): boolean =>
  !(error instanceof PartnerFault) || error.code === 'timeout' || error.code === 'network';

/** Never throws: the policy is told how a check ended, not by what it threw. */
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

/** Unlike a check, a probe that is refused has failed: it asks for a page that is there. */
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
  /** Called when checks begin to be kept back, not again with each failed test. */
  readonly onOpen: () => void;
  readonly now: () => Date;
}

/** The policy in force, which may be replaced by a new one. */
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
      // One that was renewed meanwhile: its last checks are over now.
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

  /** The policy; a new one when what opened it may have been a pause of ours. */
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

/** A closed breaker that has counted nothing yet. Never throws. */
export const createBreaker = (options: BreakerOptions): Breaker => {
  const { current, renew, since } = createRenewable(options);

  const test = async <T>(own: CircuitBreakerPolicy, ask: () => Promise<T>, slowMs: number) => {
    // The policy would wait for the other test to end.
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
      // What began before it opened has no say; told to an open one, it would be taken for a test.
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
