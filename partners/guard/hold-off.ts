import type { PartnerFault } from '../fault.js';

/** Statuses whose `Retry-After` applies to every caller (RFC 6585 4, RFC 9110 15.6.4). */
const restStatuses: ReadonlySet<number | undefined> = new Set([429, 503, undefined]);

/**
 * The longest hold-off, whatever a partner asks for. During it every order goes to review, and one
 * wrong header must not cause an hour of that. A partner that needs longer repeats its header.
 */
const restMaxMs = 60_000;

/** The time during which a partner asked not to be called. */
export interface HoldOff {
  /** Applies a fault's `Retry-After`, at most a minute; the latest end wins. */
  readonly heed: (fault: PartnerFault) => void;
  /** 0 when the partner may be called. */
  readonly remainingMs: () => number;
  /** The end of the hold-off, or null when the partner may be called. */
  readonly until: () => string | null;
  /** Clears the hold-off. */
  readonly end: () => void;
}

/** Lives in this process only; another worker may get the header itself. */
export const createHoldOff = (now: () => Date): HoldOff => {
  let endsAtMs = 0;
  const remainingMs = () => {
    const nowMs = now().getTime();
    // A clock that was set back must not extend the hold-off.
    endsAtMs = Math.min(endsAtMs, nowMs + restMaxMs);
    return Math.max(0, endsAtMs - nowMs);
  };
  return {
    heed: ({ status, retryAfterMs = 0 }) => {
      if (retryAfterMs <= 0 || !restStatuses.has(status)) return;
      endsAtMs = Math.max(endsAtMs, now().getTime() + Math.min(retryAfterMs, restMaxMs));
    },
    remainingMs,
    until: () => (remainingMs() > 0 ? new Date(endsAtMs).toISOString() : null),
    end: () => {
      endsAtMs = 0;
    },
  };
};
