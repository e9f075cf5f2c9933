import { z } from 'zod';

export type Json = Record<string, unknown>;

/** What a caller may send is wider than what an answer holds: each side has its own schemas. */
type Side = 'sent' | 'answered';

const refersTo = '#/components/schemas/';
const answeredMark = 'answered:';

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const takesNull = (schema: Json): boolean =>
  Object.keys(schema).every((key) => key === 'description' || key === 'default') ||
  [schema['type']].flat().includes('null') ||
  (Array.isArray(schema['anyOf']) && schema['anyOf'].some((one: Json) => takesNull(one)));

const orNull = (schema: Json): Json => {
  if (takesNull(schema)) return schema;
  if (Array.isArray(schema['anyOf'])) {
    return { ...schema, anyOf: [...(schema['anyOf'] as Json[]), { type: 'null' }] };
  }
  const isPlain = typeof schema['type'] === 'string' && !('enum' in schema) && !('const' in schema);
  return isPlain
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
};

/** The parser reads a field that is null as one that is left out, so null goes where that may. */
const withNulls = (schema: Json): Json => {
  const { properties, required, additionalProperties } = schema;
  const needed = Array.isArray(required) ? (required as string[]) : [];
  const shown = isJson(properties)
    ? Object.fromEntries(
        Object.entries(properties as Record<string, Json>).map(([name, property]) => [
          name,
          needed.includes(name) ? property : orNull(property),
        ]),
      )
    : undefined;
  return {
    ...schema,
    ...(shown && { properties: shown }),
    ...(isJson(additionalProperties) && { additionalProperties: orNull(additionalProperties) }),
  };
};

/** Puts each `accepts` of a primitive in place of its strict form, or takes it away. */
const forSide = (value: unknown, side: Side): unknown => {
  if (Array.isArray(value)) return value.map((one) => forSide(one, side));
  if (!isJson(value)) return value;
  const { accepts, ...own } = value;
  const chosen = side === 'sent' && isJson(accepts) ? accepts : own;
  const inner = Object.fromEntries(
    Object.entries(chosen).map(([key, one]) => [key, forSide(one, side)]),
  );
  return side === 'sent' ? withNulls(inner) : inner;
};

/** Collects the schemas of one document. */
export const createSchemas = () => {
  const held: Record<Side, Map<string, Json>> = { sent: new Map(), answered: new Map() };

  const schemaOf = (schema: z.ZodType, side: Side): Json => {
    const mark = side === 'answered' ? answeredMark : '';
    const options = { io: 'input', unrepresentable: 'any' } as const;
    const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, options) as Json;
    const text = JSON.stringify(forSide({ root, defs: $defs ?? {} }, side));
    const moved = JSON.parse(text.replaceAll('#/$defs/', `${refersTo}${mark}`)) as {
      root: Json;
      defs: Record<string, Json>;
    };
    for (const [name, { id: _id, ...shown }] of Object.entries(moved.defs)) {
      held[side].set(name, shown);
    }
    const id = schema.meta()?.id;
    if (id === undefined || '$ref' in moved.root) return moved.root;
    const { id: _id, ...shown } = moved.root;
    held[side].set(id, shown);
    return { $ref: `${refersTo}${mark}${id}` };
  };

  /** Names that mean other things on both sides; those of answers get another name. */
  const differing = (): Set<string> => {
    const plain = (one: Json | undefined) => JSON.stringify(one).replaceAll(answeredMark, '');
    const both = [...held.answered.keys()].filter((id) => held.sent.has(id));
    const found = new Set(
      both.filter((id) => plain(held.sent.get(id)) !== plain(held.answered.get(id))),
    );
    const refersToFound = (id: string) =>
      [...found].some((one) => plain(held.sent.get(id)).includes(`"${refersTo}${one}"`));
    for (let size = -1; size !== found.size; ) {
      size = found.size;
      for (const id of both) if (refersToFound(id)) found.add(id);
    }
    return found;
  };

  /** The document with all names settled, and its components. */
  const settle = (paths: Json): { readonly paths: Json; readonly schemas: Json } => {
    const renamed = differing();
    const nameOf = (id: string) => (renamed.has(id) ? `${id}Answer` : id);
    const all = [
      ...held.sent,
      ...[...held.answered].map(([id, schema]) => [nameOf(id), schema] as const),
    ];
    const text = JSON.stringify({ paths, schemas: Object.fromEntries(all) });
    return JSON.parse(
      text.replaceAll(/answered:(\w+)/g, (_match, id: string) => nameOf(id)),
    ) as ReturnType<typeof settle>;
  };

  return { schemaOf, settle };
};

export type Schemas = ReturnType<typeof createSchemas>;
