import { CircuitState, ConsecutiveBreaker, CountBreaker, type IBreaker } from 'cockatiel';
import type { GuardSettings } from '../../contracts/partner-settings.js';

/**
 * Opens on failures in a row or on their share, whichever comes first. What began before it
 * opened and ends later tells nothing new: then only the probe closes it or opens it again.
 */
export class EitherBreaker implements IBreaker {
  /** Cockatiel keeps a breaker over restarts in here; ours begins afresh. */
  readonly state = undefined;
  readonly #consecutive: ConsecutiveBreaker;
  readonly #share: CountBreaker;
  #isTripped = false;

  constructor(settings: GuardSettings['breaker']) {
    this.#consecutive = new ConsecutiveBreaker(settings.consecutiveFailures);
    this.#share = new CountBreaker({
      threshold: settings.failedShare,
      size: settings.window,
      minimumNumberOfCalls: settings.windowMin,
    });
  }

  success(state: CircuitState): void {
    if (this.#isTripped && state !== CircuitState.HalfOpen) return;
    this.#isTripped = false;
    this.#consecutive.success();
    this.#share.success(state);
  }

  failure(state: CircuitState): boolean {
    if (this.#isTripped) return state === CircuitState.HalfOpen;
    const isRowFull = this.#consecutive.failure();
    const isShareExceeded = this.#share.failure(state);
    this.#isTripped = isRowFull || isShareExceeded;
    return this.#isTripped;
  }
}
