/** A longer name is no misspelling of ours, and would take long to compare. */
const lengthMax = 40;

/** With more mistakes it is another name. */
const mistakesMax = 3;

/** Edit distance of two texts (insert, delete, substitute, swap), up to `limit`. */
const distanceOf = (one: string, other: string, limit: number): number => {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    if (Math.min(...next) > limit) return limit + 1;
    [before, last] = [last, next];
  }
  return last[other.length] ?? limit + 1;
};

/**
 * The known name that a misspelt one most likely means: it differs in case only, or in at most a
 * third of its characters and at most three. Undefined without one.
 */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  if (name.length === 0 || name.length > lengthMax) return undefined;
  const plain = name.toLowerCase();
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const limit = Math.min((best?.distance ?? Infinity) - 1, mistakesMax, name.length / 3);
    if (limit < 0) break;
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = distanceOf(plain, candidate.toLowerCase(), limit);
    if (distance <= limit) best = { name: candidate, distance };
  }
  return best?.name;
};

/** `; did you mean …?` for a misspelt name; empty without a near one. */
export const didYouMean = (name: string | undefined): string =>
  name === undefined ? '' : `; did you mean ${name}?`;
