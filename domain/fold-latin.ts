/** Latin letters that are no letter with an accent, by what they are written as without them. */
const plain: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['ẞ', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ı', 'i'],
  ['ħ', 'h'],
]);

const special = /[ßẞæœøłđðþıħ]/gu;

/** In lower case, with plain Latin letters in place of those that no accent explains. */
export const foldLatin = (text: string): string =>
  text.toLowerCase().replaceAll(special, (letter) => plain.get(letter) ?? letter);
