/** Lower-case Latin letters and digits, without accents, parted by single spaces. */
export const normaliseWords = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Whether `words` hold `phrase` as whole words, the last in plural perhaps; both normalised. */
export const hasPhrase = (words: string, phrase: string): boolean => {
  const text = ` ${words} `;
  return phrase !== '' && (text.includes(` ${phrase} `) || text.includes(` ${phrase}s `));
};

/** Whether `phrase` starts at a word of `words`: `reship` finds `reshippers`; both normalised. */
export const hasPhraseStart = (words: string, phrase: string): boolean =>
  phrase !== '' && ` ${words}`.includes(` ${phrase}`);
