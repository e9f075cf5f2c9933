/**
 * How surprising something is whose probability is given: 3 is one in a thousand, 0 is no surprise
 * at all. At most 9, to one decimal, so that rounding of floating-point sums never shows.
 */
const surpriseOf = (probability: number): number =>
  Math.round(Math.min(9, Math.max(0, -Math.log10(probability))) * 10) / 10;

/**
 * The surprise that at least `found` of `trials` are hits where each is one with probability
 * `usual`, between 0 and 1, both excluded: the upper tail of the binomial distribution.
 */
export const surpriseOfShare = (found: number, trials: number, usual: number): number => {
  if (found <= 0) return 0;
  // From the term of no hit upwards; each follows from the one before.
  let term = (1 - usual) ** trials;
  let below = term;
  for (let hits = 1; hits < found; hits += 1) {
    term *= ((trials - hits + 1) / hits) * (usual / (1 - usual));
    below += term;
  }
  let tail = 0;
  for (let hits = Math.max(1, found); hits <= trials; hits += 1) {
    term *= ((trials - hits + 1) / hits) * (usual / (1 - usual));
    tail += term;
  }
  return surpriseOf(Math.min(tail, 1));
};

/**
 * The surprise that at least `found` events come where `expected` are usual, above 0: the upper
 * tail of the Poisson distribution. No surprise if no more come than usual.
 */
export const surpriseOfCount = (found: number, expected: number): number => {
  if (found <= expected) return 0;
  // As a logarithm, since e^-expected may be too small for a number.
  let logarithm = -expected;
  for (let events = 1; events <= found; events += 1) logarithm += Math.log(expected / events);
  let term = Math.exp(logarithm);
  let tail = 0;
  // Each term is smaller than the one before, until they no longer count.
  for (let events = found + 1; term > tail * 1e-6; events += 1) {
    tail += term;
    term *= expected / events;
  }
  return surpriseOf(tail);
};
