import type { Random } from '../../local/demo/random.js';
import type { Storm } from '../callers/storm.js';

/** What a fault works with. */
export interface Target extends Storm {
  readonly random: Random;
}

/** A fault under way. */
export interface Begun {
  /** What exactly was hit. */
  readonly detail?: string;
  /** Ends the fault; absent for one that is over at once. */
  readonly heal?: () => Promise<void> | void;
}

/** Something that goes wrong. `begin` may throw; the fault then did not happen. */
export interface Fault {
  readonly name: string;
  readonly begin: (target: Target) => Promise<Begun> | Begun;
  /** How long it lasts at least and at most, in milliseconds; over at once without it. */
  readonly lasts?: readonly [number, number];
}
