import { z } from 'zod';

/** Values of every kind that a caller may send; each field that is wanted takes one of them. */
export const offered: readonly unknown[] = [
  '2026-11-01',
  '2026-11-28T00:00:00Z',
  'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
  'ann@example.com',
  '192.0.2.7',
  '4111 1111 1111 1111',
  '12-30',
  '1234',
  'USD',
  'e30=',
  'web',
  'accept',
  '50',
  1,
  '1',
  3600,
  true,
  {},
  null,
];

type Fields = Readonly<Record<string, z.ZodType>>;

/** What a schema wraps: of an optional, a default or a transformed one, the one inside. */
export const innermost = (schema: z.ZodType): z.ZodType => {
  const { def } = schema as { def: { innerType?: z.ZodType; in?: z.ZodType } };
  const inner = def.innerType ?? def.in;
  return inner === undefined ? schema : innermost(inner);
};

export const fieldsOf = (schema: z.ZodType): Fields | undefined => {
  const inner = innermost(schema);
  return inner instanceof z.ZodObject ? inner.shape : undefined;
};

const namesOf = (schema: z.ZodType): readonly unknown[] => {
  const shown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return [...(shown.enum ?? []), ...(shown.anyOf ?? []).flatMap((one) => Object(one).enum ?? [])];
};

/** A value that the schema takes, optional fields included where something fits them. */
export const sampleOf = (schema: z.ZodType): unknown => {
  const inner = innermost(schema);
  if (inner instanceof z.ZodUnion) return sampleOf(inner.options[0] as z.ZodType);
  if (inner instanceof z.ZodArray) return [sampleOf(inner.element as z.ZodType)];
  const fields = fieldsOf(schema);
  if (fields !== undefined) {
    return Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, sampleOf(field)]),
    );
  }
  return [...namesOf(schema), ...offered].find((value) => schema.safeParse(value).success);
};

export type Path = readonly (string | number)[];

/** The paths of a sample's values, the whole left out. */
export const pathsIn = (value: unknown, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path];
  const own = Object.entries(value).flatMap(([key, inner]) =>
    pathsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? own : [path, ...own];
};

/** A copy of the sample with `value` at a path; a path that is no longer there changes nothing. */
export const withAt = (sample: unknown, [key, ...rest]: Path, value: unknown): unknown => {
  if (key === undefined) return value;
  if (typeof sample !== 'object' || sample === null) return sample;
  const copy = (Array.isArray(sample) ? [...sample] : { ...sample }) as Record<string, unknown>;
  copy[String(key)] = withAt(copy[String(key)], rest, value);
  return copy;
};
