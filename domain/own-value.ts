/**
 * What a record holds under a key that comes from outside. Plain indexing would also find what
 * every object inherits: `constructor`, `toString`, `__proto__`.
 */
export const ownValue = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
