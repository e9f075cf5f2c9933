/** What every benchmark is given. */
export interface BenchContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the benchmark early; what it started is stopped all the same. */
  readonly signal: AbortSignal;
  /** One line about what is going on. */
  readonly say: (line: string) => void;
}
