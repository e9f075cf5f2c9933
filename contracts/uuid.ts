/** True for the text form of a UUID of any version, in any case. */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/**
 * Formats the first 128 bits of a hash as a name-based UUID (version 5 in RFC 9562's layout), so
 * that equal hashes give equal ids. `hex` has at least 32 hexadecimal digits.
 */
export const uuidOfHash = (hex: string): string => {
  const digits = `${hex.slice(0, 12)}5${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
