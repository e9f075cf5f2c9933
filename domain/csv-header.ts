/** A plausible column name. One with nine digits or more could be a card number. */
const plainColumn = /^(?!(?:\D*\d){9})[a-z_][\w -]{0,39}$/i;

/**
 * Describes header columns that are not in `known`, as the end of a sentence; undefined without
 * any. An implausible name is reported by position only: a file without a header starts with data.
 */
export const unknownColumnsText = (
  header: readonly string[],
  known: readonly string[],
): string | undefined => {
  const unknown = [...header.entries()].filter(([, name]) => !known.includes(name)).slice(0, 20);
  if (unknown.length === 0) return undefined;
  const texts = unknown.map(([index, name]) =>
    plainColumn.test(name) ? `"${name}" (column ${index + 1})` : `column ${index + 1}`,
  );
  const what = unknown.length === 1 ? 'an unknown column' : 'unknown columns';
  return `${what}: ${texts.join(', ')}; known are ${known.join(', ')}`;
};
