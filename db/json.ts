/** A JSON escape: of a code unit, or of the character that follows. */
const escape = /\\(?:u[\da-f]{4}|.)/g;

/** NUL or a lone surrogate: `JSON.stringify` escapes only those without a pair. */
const unstorable = /^\\u(?:0000|d[89a-f])/;

/**
 * Serialises a value for a jsonb column, which cannot hold NUL and lone surrogates. These become
 * U+FFFD in texts and names, so that no received text keeps an order undecided.
 */
export const toJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(escape, (code) => (unstorable.test(code) ? '\ufffd' : code));
