import { asciiDomain } from '../email-address.js';
import { normaliseWords } from '../text.js';

/** Settings do not change while a process runs, so each list is compiled once. */
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

/** The phrases as one alternation. Normalised words need no escaping. */
const anyOf = (phrases: readonly string[]): string =>
  phrases
    .map(normaliseWords)
    .filter((phrase) => phrase !== '')
    .join('|') || '(?!)';

/** A number may follow the last word directly: `MYUS12345` is suite 12345 at MyUS. */
const wholes = once((phrases) => new RegExp(` (?:${anyOf(phrases)})s?\\d* `));

/**
 * Whether the normalised `words` contain a phrase as whole words, the last one perhaps in plural.
 */
export const hasAnyPhrase = (words: string, phrases: readonly string[]): boolean =>
  wholes(phrases).test(` ${words} `);

/** Keyed by the list of phrases: a list always comes with the same `around` settings. */
const qualifiedForms = new WeakMap<readonly string[], RegExp>();

/**
 * Removes each phrase that follows one of `before` or precedes one of `after`: nothing remains of
 * `gift card holder`.
 */
export const withoutQualified = (
  words: string,
  phrases: readonly string[],
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
): string => {
  let form = qualifiedForms.get(phrases);
  if (form === undefined) {
    const phrase = `(?:${anyOf(phrases)})s?`;
    const behind = `${phrase} (?:${anyOf(after)})s?`;
    form = new RegExp(`(?<= )(?:(?:${anyOf(before)})s? ${phrase}|${behind})(?= )`, 'g');
    qualifiedForms.set(phrases, form);
  }
  return ` ${words} `.replaceAll(form, ' ').trim();
};

/** The domains of a setting in the form of normalised addresses. */
export const listedDomains = once(
  (domains): ReadonlySet<string> => new Set(domains.map(asciiDomain)),
);
