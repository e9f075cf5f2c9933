/**
 * Values of one JSON body. The largest order has 14,000 (500 items of 28, 100 promotions), and may
 * have unknown fields; to parse this many takes milliseconds, whatever they are.
 */
export const jsonPartsMax = 65_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openList = 0x5b;
const openObject = 0x7b;

/** Where the string that begins at a quote ends; the text's length when it does not. */
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
 * Whether a JSON text has more values than `max`, without parsing it: a megabyte of brackets takes
 * the parser a hundred times as long as a megabyte of text. Each list, object and comma counts.
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
