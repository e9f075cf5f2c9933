import {
  CircuitState,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  isBrokenCircuitError,
  noJitterGenerator,
} from 'cockatiel';
import type { GuardSettings } from '../../contracts/partner-settings.js';
import type { BreakerState, PartnerReport } from '../../contracts/v1/partners.js';
import type { PartnerFaultCode } from '../../domain/votes.js';
import { PartnerFault } from '../fault.js';
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
const isSignOfLife = (error: unknown): error is PartnerFault =>
  error instanceof PartnerFault && !isOutage[error.code];

const stateNames: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  // Open by hand, which Verdict never does.
  [CircuitState.Isolated]: 'open',
};

/** The breaker of one partner. */
export interface Breaker {
  readonly isClosed: () => boolean;
  /**
   * Runs a check that counts; the half-open test when one is due. Throws `breaker_open` while the
   * breaker is open or another test runs. An answer that takes longer than `slowMs`, if given, is
   * given back and counts as a failure.
   */
  readonly run: <T>(ask: () => Promise<T>, slowMs?: number) => Promise<T>;
  /** Runs what counts as the half-open test only; whatever it throws is a failure of that test. */
  readonly probe: (ask: () => Promise<void>) => Promise<void>;
  readonly report: () => Pick<PartnerReport, 'breaker' | 'breakerSince'>;
}

interface Outcome<T> {
  readonly end: { readonly value: T } | { readonly fault: PartnerFault };
  readonly isSlow: boolean;
}

/** The fault of a living partner goes past the policy, which counts whatever is thrown. */
const outcomeOf = async <T>(ask: () => Promise<T>, slowMs: number): Promise<Outcome<T>> => {
  const startedAtMs = performance.now();
  const isSlow = () => performance.now() - startedAtMs > slowMs;
  try {
    return { end: { value: await ask() }, isSlow: isSlow() };
  } catch (error) {
    if (isSignOfLife(error)) return { end: { fault: error }, isSlow: isSlow() };
    throw error;
  }
};

const failures = handleAll.orWhenResult((outcome) => (outcome as Outcome<unknown>).isSlow);

/** `onOpen` is called when checks begin to be kept back, not again with each failed test. */
export const createBreaker = (options: {
  readonly settings: GuardSettings['breaker'];
  readonly onOpen: () => void;
  readonly now: () => Date;
}): Breaker => {
  const { settings, onOpen, now } = options;
  const policy = circuitBreaker(failures, {
    breaker: new EitherBreaker(settings),
    halfOpenAfter: new ExponentialBackoff({
      generator: noJitterGenerator,
      initialDelay: settings.pauseMs,
      maxDelay: settings.pauseMaxMs,
    }),
  });
  let state = policy.state;
  let since = now();
  policy.onStateChange((next) => {
    const isNews = state === CircuitState.Closed;
    state = next;
    since = now();
    if (isNews) onOpen();
  });

  return {
    isClosed: () => policy.state === CircuitState.Closed,
    run: async (ask, slowMs = Number.POSITIVE_INFINITY) => {
      // The policy would wait for the other test to end.
      if (policy.state === CircuitState.HalfOpen) throw new PartnerFault('breaker_open');
      try {
        const { end } = await policy.execute(() => outcomeOf(ask, slowMs));
        if ('fault' in end) throw end.fault;
        return end.value;
      } catch (error) {
        throw isBrokenCircuitError(error) ? new PartnerFault('breaker_open') : error;
      }
    },
    probe: async (ask) => {
      if (policy.state !== CircuitState.Open) return ask();
      try {
        await policy.execute(async () => ({ end: { value: await ask() }, isSlow: false }));
      } catch (error) {
        if (!isBrokenCircuitError(error)) throw error;
        await ask();
      }
    },
    report: () => ({ breaker: stateNames[policy.state], breakerSince: since.toISOString() }),
  };
};
