/** Latin letters that do not decompose into letter and accent, with their plain spelling. */
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

/** The text in lower case with plain Latin letters. */
export const foldLatin = (text: string): string =>
  text.toLowerCase().replaceAll(special, (letter) => plain.get(letter) ?? letter);
