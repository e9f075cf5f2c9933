/** A column's name as people write it. One with nine digits or more could be a card number. */
const plainColumn = /^(?!(?:\D*\d){9})[a-z_][\w -]{0,39}$/i;

/**
 * What is wrong with the columns of a header that are not in `known`, to go on after what has them;
 * undefined when there is none. A name that does not look like one is told by its place only: a
 * file without a header begins with somebody's data.
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
