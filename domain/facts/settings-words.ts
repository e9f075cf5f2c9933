import { asciiDomain } from '../email-address.js';
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

/** The phrases as one alternative; normalised words have no special signs. */
const anyOf = (phrases: readonly string[]): string =>
  phrases
    .map(normaliseWords)
    .filter((phrase) => phrase !== '')
    .join('|') || '(?!)';

/** A number may be written to the last word: `MYUS12345` is suite 12345 at MyUS. */
const wholes = once((phrases) => new RegExp(` (?:${anyOf(phrases)})s?\\d* `));

/** Whether normalised `words` hold a phrase as whole words, the last in plural perhaps. */
export const hasAnyPhrase = (words: string, phrases: readonly string[]): boolean =>
  wholes(phrases).test(` ${words} `);

/** By the list of phrases: settings that are read together stay together. */
const held = new WeakMap<readonly string[], RegExp>();

/**
 * `words` without the phrases that have one of `before` in front of them, or one of `after` behind:
 * what is left of `gift card holder` is nothing.
 */
export const withoutHeld = (
  words: string,
  phrases: readonly string[],
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
): string => {
  let form = held.get(phrases);
  if (form === undefined) {
    const phrase = `(?:${anyOf(phrases)})s?`;
    const behind = `${phrase} (?:${anyOf(after)})s?`;
    form = new RegExp(`(?<= )(?:(?:${anyOf(before)})s? ${phrase}|${behind})(?= )`, 'g');
    held.set(phrases, form);
  }
  return ` ${words} `.replaceAll(form, ' ').trim();
};

/** The domains of a setting as they stand in normalised addresses. */
export const listedDomains = once(
  (domains): ReadonlySet<string> => new Set(domains.map(asciiDomain)),
);
