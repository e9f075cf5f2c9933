/**
 * The most values that one JSON body may have. The largest order has 14,000 (500 items of 28, 100
 * promotions) and may have unknown fields. Parsing this many takes milliseconds.
 */
export const jsonPartsMax = 65_000;

/**
 * The most values of a partner's answer. One of a megabyte may be full of short texts; beyond this
 * it is full of brackets, and the parser would hold the event loop.
 */
export const answerPartsMax = 250_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openList = 0x5b;
const openObject = 0x7b;

/**
 * The index of the closing quote of the string at `start`; the text's length when there is none.
 */
const stringEnd = (text: string, start: number): number => {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    at += code === backslash ? 2 : 1;
  }
  return text.length;
};

/**
 * Whether a JSON text has more values than `max`, without parsing it: the parser takes a hundred
 * times as long for a megabyte of brackets as for a megabyte of text. Counts lists, objects and
 * commas.
 */
export const hasMoreParts = (text: string, max: number): boolean => {
  let parts = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = stringEnd(text, at);
    else if (code === comma || code === openList || code === openObject) {
      parts += 1;
      if (parts > max) return true;
    }
  }
  return false;
};
