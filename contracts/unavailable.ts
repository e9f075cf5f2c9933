/**
 * A dependency of Verdict did not answer: the outcome is unknown, and a retry is safe. Thrown by
 * the code that calls the dependency, never derived from a message.
 */
export class TemporarilyUnavailable extends Error {
  override readonly name = 'TemporarilyUnavailable';
  readonly part: 'postgres' | 'temporal' | 'rule reader';

  constructor(part: TemporarilyUnavailable['part'], cause?: unknown) {
    super(`${part} did not answer`, { cause });
    this.part = part;
  }
}

/** The order's workflow is not running; its decision is stored in Postgres. */
export class ScreeningEnded extends Error {
  override readonly name = 'ScreeningEnded';
}

/** The order's workflow runs, but its tasks keep failing, so it handles no message. */
export class ScreeningStuck extends Error {
  override readonly name = 'ScreeningStuck';
}

/**
 * The type of the failure of an order's step that finds Postgres at an earlier moment than its
 * workflow. Only a restored backup leads there. Temporal shows it at the pending step.
 */
export const postgresBehind = 'PostgresBehind';
