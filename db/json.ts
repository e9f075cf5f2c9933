/** An escape of JSON: of one character by its code, or of the character that follows. */
const escape = /\\(?:u[\da-f]{4}|.)/g;

/** NUL, and a surrogate: `JSON.stringify` writes pairs as they are, so this one stands alone. */
const unstorable = /^\\u(?:0000|d[89a-f])/;

/**
 * Writes a value for a column of type jsonb, which cannot hold NUL and lone surrogates: in texts
 * and names they become U+FFFD, so that no text that somebody sent us keeps an order undecided.
 */
export const toJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(escape, (code) => (unstorable.test(code) ? '\ufffd' : code));
