import type { ImportPlan } from './import/plan.js';
import type { Plan as SoakPlan } from './soak/plan.js';
import type { Stacks } from './stacks.js';

/** The inputs of every benchmark. */
export interface BenchContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the benchmark early; the processes that it started are stopped all the same. */
  readonly signal: AbortSignal;
  /** Prints one line of progress. */
  readonly say: (line: string) => void;
  readonly stacks: Stacks;
  /** A smaller soak than the full one. */
  readonly soak?: Partial<Pick<SoakPlan, 'openReviews' | 'minutes'>>;
  /** Populations of another seed than 1, or of more than the usual volume. */
  readonly population?: { readonly seed?: number; readonly volume?: number };
  /** An import of fewer orders than a million, or of more. */
  readonly import?: Partial<Pick<ImportPlan, 'orders'>>;
}
