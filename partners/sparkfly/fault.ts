/**
 * `unavailable`: it may answer later. `unauthorized`: it does not take who we are. `unusable`: it
 * answers what cannot be read, and would again until somebody changes something.
 */
export type SparkflyFaultKind = 'unavailable' | 'unauthorized' | 'unusable';

/** Sparkfly gave nothing that can be used. The message holds a status, never content. */
export class SparkflyFault extends Error {
  override readonly name = 'SparkflyFault';
  readonly kind: SparkflyFaultKind;
  /** How long Sparkfly asks us to wait. */
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
