/**
 * Reads a record under a key from outside. Plain indexing would also find inherited keys:
 * `constructor`, `toString`, `__proto__`.
 */
export const ownValue = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
