/** Trimmed text cut to `maxLength` code points; undefined when blank, so that it is not sent. */
export const filled = (
  text: string | undefined,
  maxLength = Number.POSITIVE_INFINITY,
): string | undefined => {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return undefined;
  if (trimmed.length <= maxLength) return trimmed;
  return Array.from(trimmed).slice(0, maxLength).join('');
};

/** The value of a configured map under a text, whatever the case of either; own keys only. */
export const lookUp = <T>(map: Readonly<Record<string, T>>, text: string): T | undefined => {
  const key = text.trim().toLowerCase();
  return Object.entries(map).find(([name]) => name.toLowerCase() === key)?.[1];
};

/** Whether a configured list holds a text, whatever the case of either. */
export const isListed = (list: readonly string[], text: string): boolean => {
  const key = text.trim().toLowerCase();
  return list.some((entry) => entry.toLowerCase() === key);
};
