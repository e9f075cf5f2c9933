/**
 * A part that Verdict needs did not answer: the outcome is unknown, and the same work may be tried
 * again without harm. Thrown where the part is reached, never guessed from a message.
 */
export class TemporarilyUnavailable extends Error {
  override readonly name = 'TemporarilyUnavailable';
  readonly part: 'postgres' | 'temporal' | 'rule reader';

  constructor(part: TemporarilyUnavailable['part'], cause?: unknown) {
    super(`${part} did not answer`, { cause });
    this.part = part;
  }
}

/** The order's workflow is not running: what it decided stands in Postgres. */
export class ScreeningEnded extends Error {
  override readonly name = 'ScreeningEnded';
}

/** The order's workflow runs, but none of its tasks comes through: it takes no message. */
export class ScreeningStuck extends Error {
  override readonly name = 'ScreeningStuck';
}
