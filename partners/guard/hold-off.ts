import type { PartnerFault } from '../fault.js';

/** Statuses with which a partner asks every caller to stay away (RFC 6585 4, RFC 9110 15.6.4). */
const restStatuses: ReadonlySet<number | undefined> = new Set([429, 503, undefined]);

/** For how long a partner has asked us to stay away. */
export interface HoldOff {
  /** Takes the `Retry-After` of a fault; of several the one that ends last stands. */
  readonly heed: (fault: PartnerFault) => void;
  /** 0 when the partner may be called. */
  readonly remainingMs: () => number;
  /** When it ends, or null when the partner may be called. */
  readonly until: () => string | null;
}

/** A hold-off is forgotten with the process: another worker may learn it anew. */
export const createHoldOff = (now: () => Date): HoldOff => {
  let endsAtMs = 0;
  const remainingMs = () => Math.max(0, endsAtMs - now().getTime());
  return {
    heed: ({ status, retryAfterMs = 0 }) => {
      if (retryAfterMs <= 0 || !restStatuses.has(status)) return;
      endsAtMs = Math.max(endsAtMs, now().getTime() + retryAfterMs);
    },
    remainingMs,
    until: () => (remainingMs() > 0 ? new Date(endsAtMs).toISOString() : null),
  };
};
