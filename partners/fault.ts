import type { PartnerFaultCode } from '../domain/votes.js';

/** False when a retry of the same request would fail again. */
const retryable: Readonly<Record<PartnerFaultCode, boolean>> = {
  timeout: true,
  network: true,
  rate_limited: true,
  server_error: true,
  refused: false,
  unauthorized: false,
  invalid_response: true,
  wrong_echo: true,
  partner_transient: true,
  partner_permanent: false,
  breaker_open: true,
  overloaded: true,
};

interface FaultDetail {
  readonly status?: number;
  readonly retryAfterMs?: number | undefined;
}

/** A partner gave no usable answer. The message holds a code and a status, never content. */
export class PartnerFault extends Error {
  override readonly name: string = 'PartnerFault';
  readonly code: PartnerFaultCode;
  readonly retryable: boolean;
  /** The HTTP status, when one was received. */
  readonly status: number | undefined;
  /** The partner's `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: PartnerFaultCode, detail: FaultDetail = {}) {
    super(detail.status === undefined ? code : `${code} (status ${detail.status})`);
    this.code = code;
    this.retryable = retryable[code];
    this.status = detail.status;
    this.retryAfterMs = detail.retryAfterMs;
  }
}

/** Bounds any `Retry-After`. */
const retryAfterMaxMs = 3_600_000;

/** The only date form that a sender may generate (RFC 9110 5.6.7). */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Parses `Retry-After` as seconds or an HTTP date into 0 to 3,600,000 ms; undefined for neither.
 */
export const readRetryAfterMs = (header: string, nowMs: number): number | undefined => {
  const text = header.trim();
  const isSeconds = /^\d+$/.test(text);
  if (!isSeconds && !httpDate.test(text)) return undefined;
  const waitMs = isSeconds ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), retryAfterMaxMs);
};

const codeOfStatus = (status: number): PartnerFaultCode => {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  return status === 408 || status >= 500 ? 'server_error' : 'refused';
};

/** The fault of an HTTP status; undefined for 2xx. A redirect is a fault. */
export const faultOfStatus = (
  status: number,
  retryAfter: string | undefined,
): PartnerFault | undefined => {
  if (status >= 200 && status < 300) return undefined;
  const retryAfterMs =
    retryAfter === undefined ? undefined : readRetryAfterMs(retryAfter, Date.now());
  return new PartnerFault(codeOfStatus(status), { status, retryAfterMs });
};
