/**
 * `unavailable`: a retry may succeed. `unauthorized`: Sparkfly rejects our credentials. `unusable`:
 * the answer cannot be read, and will not be until somebody changes something.
 */
export type SparkflyFaultKind = 'unavailable' | 'unauthorized' | 'unusable';

/** Sparkfly gave no usable answer. The message holds a status, never content. */
export class SparkflyFault extends Error {
  override readonly name = 'SparkflyFault';
  readonly kind: SparkflyFaultKind;
  /** Sparkfly's `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: SparkflyFaultKind,
    reason: string,
    detail: { readonly status?: number; readonly retryAfterMs?: number | undefined } = {},
  ) {
    const status = detail.status === undefined ? '' : `, status ${detail.status}`;
    super(`Sparkfly is ${kind} (${reason}${status})`);
    this.kind = kind;
    this.retryAfterMs = detail.retryAfterMs;
  }
}
