import { normaliseWords } from '../text.js';

/** Settings do not change while a process runs: a list of theirs is worked up once. */
const once = <T>(work: (words: readonly string[]) => T): ((words: readonly string[]) => T) => {
  const done = new WeakMap<readonly string[], T>();
  return (words) => {
    const known = done.get(words);
    if (known !== undefined) return known;
    const result = work(words);
    done.set(words, result);
    return result;
  };
};

/** A pattern for any of the phrases between two ends; normalised words have no special signs. */
const patternOf = (phrases: readonly string[], end: string): RegExp => {
  const words = phrases.map(normaliseWords).filter((phrase) => phrase !== '');
  return words.length === 0 ? /(?!)/ : new RegExp(` (?:${words.join('|')})${end}`);
};

const starts = once((phrases) => patternOf(phrases, ''));
const wholes = once((phrases) => patternOf(phrases, 's? '));

/** Whether a phrase starts at a word of `words`: `reship` finds `reshippers`. */
export const hasAnyPhraseStart = (words: string, phrases: readonly string[]): boolean =>
  starts(phrases).test(` ${words}`);

/** Whether `words` hold a phrase as whole words, the last in plural perhaps. */
export const hasAnyPhrase = (words: string, phrases: readonly string[]): boolean =>
  wholes(phrases).test(` ${words} `);

/** The domains of a setting in lower case. */
export const listedDomains = once(
  (domains): ReadonlySet<string> => new Set(domains.map((domain) => domain.toLowerCase())),
);
