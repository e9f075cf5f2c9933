/** The scripts that names here use; all others count as one. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ['latin', /\p{Script=Latin}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
  ['han', /\p{Script=Han}/u],
  ['hiragana', /\p{Script=Hiragana}/u],
  ['katakana', /\p{Script=Katakana}/u],
  ['hangul', /\p{Script=Hangul}/u],
  ['thai', /\p{Script=Thai}/u],
  ['devanagari', /\p{Script=Devanagari}/u],
  ['armenian', /\p{Script=Armenian}/u],
  ['georgian', /\p{Script=Georgian}/u],
];

const latinOnly = /^[a-z0-9]*$/;

/** The scripts of a word's letters; empty for digits. */
export const scriptsOf = (word: string): readonly string[] => {
  if (latinOnly.test(word)) return /[a-z]/.test(word) ? ['latin'] : [];
  const letters = word.match(/\p{L}/gu) ?? [];
  const scriptOf = (letter: string): string =>
    scripts.find(([, form]) => form.test(letter))?.[0] ?? 'other';
  return [...new Set(letters.map(scriptOf))];
};
