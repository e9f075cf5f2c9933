import { CircuitState, ConsecutiveBreaker, CountBreaker, type IBreaker } from 'cockatiel';
import type { GuardSettings } from '../../contracts/partner-settings.js';

/**
 * Opens on consecutive failures or on their share, whichever comes first. A check that began before
 * it opened does not count; after that only the probe closes or reopens it.
 */
export class EitherBreaker implements IBreaker {
  /** Cockatiel persists a breaker through this field; this one starts anew with each process. */
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
