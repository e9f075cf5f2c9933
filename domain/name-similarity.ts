import { foldLatin } from './fold-latin.js';
import { scriptsOf } from './scripts.js';
import { normaliseWords } from './text.js';

/** Titles, suffixes and particles that often differ between documents. */
const ignored: ReadonlySet<string> = new Set([
  ...'mr mrs ms miss mx dr prof sir jr sr ii iii iv'.split(' '),
  ...'de da di del della der den van von la le el y'.split(' '),
]);

/** Bounds the work for a text of any length. */
const wordsMax = 10;
const lettersMax = 30;

/** Below this ratio two words are different names, not variants of one. */
const variantFrom = 0.7;

const wordsOf = (name: string): string[] => {
  const words = normaliseWords(foldLatin(name.slice(0, 1000)))
    .split(' ')
    .filter(Boolean);
  const telling = words.filter((word) => !ignored.has(word));
  return (telling.length > 0 ? telling : words)
    .slice(0, wordsMax)
    .map((word) => word.slice(0, lettersMax));
};

const editDistance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[other.length] ?? 0;
};

const wordSimilarity = (one: string, other: string): number => {
  if (one === other) return 1;
  const isInitial = Math.min(one.length, other.length) === 1 && one[0] === other[0];
  if (isInitial) return 0.9;
  const ratio = 1 - editDistance(one, other) / Math.max(one.length, other.length);
  return ratio >= variantFrom ? ratio : 0;
};

/** Counts matching words of two names. Each word matches once, the best pairs first. */
const matchesOf = (left: readonly string[], right: readonly string[]): number => {
  const pairs = left
    .flatMap((word, i) => right.map((match, j) => ({ i, j, value: wordSimilarity(word, match) })))
    .toSorted((a, b) => b.value - a.value || a.i - b.i || a.j - b.j);
  const used = { left: new Set<number>(), right: new Set<number>() };
  let matched = 0;
  for (const { i, j, value } of pairs) {
    if (used.left.has(i) || used.right.has(j)) continue;
    used.left.add(i);
    used.right.add(j);
    matched += value;
  }
  return matched;
};

/** The words that use only these scripts. */
const wordsIn = (scripts: ReadonlySet<string>, words: readonly string[]): string[] =>
  words.filter((word) => scriptsOf(word).every((script) => scripts.has(script)));

/**
 * The similarity of two personal names, 0 to 1 (Sørensen index over the best word pairs). Case,
 * accents, word order, titles and particles do not count; an initial matches its name; a blank name
 * gives 0. Words in a script that the other name lacks are left out; undefined when none remain.
 */
export const compareNames = (one: string, other: string): number | undefined => {
  const [left, right] = [wordsOf(one), wordsOf(other)];
  if (left.length === 0 || right.length === 0) return 0;
  if (left.join('') === right.join('')) return 1;
  const scripts = [left, right].map((words) => new Set(words.flatMap(scriptsOf)));
  const shared = new Set([...(scripts[0] ?? [])].filter((script) => scripts[1]?.has(script)));
  const [some, others] = [wordsIn(shared, left), wordsIn(shared, right)];
  if (some.length === left.length && others.length === right.length) {
    return (2 * matchesOf(left, right)) / (left.length + right.length);
  }
  // Measured on the shorter side: the words left out may be what the other name lacks.
  const fewer = Math.min(some.length, others.length);
  return fewer === 0 ? undefined : matchesOf(some, others) / fewer;
};
