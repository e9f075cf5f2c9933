import type { PartnerFault } from '../fault.js';

/** Statuses with which a partner asks every caller to stay away (RFC 6585 4, RFC 9110 15.6.4). */
const restStatuses: ReadonlySet<number | undefined> = new Set([429, 503, undefined]);

/**
 * The longest rest that is kept, whatever a partner asks for: until it is over every order goes to
 * review, and one mistaken header would cost an hour of them. A partner that still wants rest says
 * so again.
 */
const restMaxMs = 60_000;

/** For how long a partner has asked us to stay away. */
export interface HoldOff {
  /** Takes the `Retry-After` of a fault, at most a minute; of several the last end stands. */
  readonly heed: (fault: PartnerFault) => void;
  /** 0 when the partner may be called. */
  readonly remainingMs: () => number;
  /** When it ends, or null when the partner may be called. */
  readonly until: () => string | null;
  /** Forgets what the partner has asked for. */
  readonly end: () => void;
}

/** A hold-off is forgotten with the process: another worker may learn it anew. */
export const createHoldOff = (now: () => Date): HoldOff => {
  let endsAtMs = 0;
  const remainingMs = () => {
    const nowMs = now().getTime();
    // A clock that was set back must not make the rest longer.
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
