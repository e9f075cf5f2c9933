import { z } from 'zod';
import { createExamples } from './examples.js';
import { wordsOf } from './words.js';

export type Json = Record<string, unknown>;

/** A request may be wider than an answer, so each side has its own schemas. */
type Side = 'sent' | 'answered';

const refersTo = '#/components/schemas/';
const answeredMark = 'answered:';

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const takesNull = (schema: Json): boolean =>
  Object.keys(schema).every((key) => ['description', 'default', 'examples'].includes(key)) ||
  [schema['type']].flat().includes('null') ||
  (Array.isArray(schema['anyOf']) && schema['anyOf'].some((one: Json) => takesNull(one)));

const orNull = (schema: Json): Json => {
  if (takesNull(schema)) return schema;
  if (Array.isArray(schema['anyOf'])) {
    return { ...schema, anyOf: [...(schema['anyOf'] as Json[]), { type: 'null' }] };
  }
  const isPlain = typeof schema['type'] === 'string' && !('enum' in schema) && !('const' in schema);
  if (isPlain) return { ...schema, type: [schema['type'], 'null'] };
  const { description, examples, ...value } = schema;
  return {
    ...(description !== undefined && { description }),
    ...(examples !== undefined && { examples }),
    anyOf: [value, { type: 'null' }],
  };
};

/** The parser treats null as absent, so every optional property also allows null. */
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

/** Joins the field's own description with that of the spellings it accepts. */
const withOwnWords = (accepts: Json, { description, examples }: Json): Json => {
  const texts = [description, accepts['description']].filter((one) => typeof one === 'string');
  return {
    ...accepts,
    ...(texts.length > 0 && { description: texts.join(' ') }),
    ...(examples !== undefined && { examples }),
  };
};

/** Adds the missing descriptions to the properties of the schema `id`. */
const describedIn = (id: string, properties: Json): Json =>
  Object.fromEntries(
    Object.entries(properties as Record<string, Json>).map(([name, property]) => {
      const description = property['description'] ?? wordsOf(id, name);
      return [name, description === undefined ? property : { ...property, description }];
    }),
  );

/** Drops a default that is an object: client generators fail on it. */
const withoutEmptyDefault = ({ default: usual, ...schema }: Json): Json =>
  usual === undefined || typeof usual === 'object' ? schema : { ...schema, default: usual };

/**
 * For requests, replaces a primitive's strict form with its `accepts`; for answers, removes
 * `accepts`. A schema with `shownAs` becomes a reference to the schema of that name.
 */
const forSide = (value: unknown, side: Side, id: string): unknown => {
  if (Array.isArray(value)) return value.map((one) => forSide(one, side, id));
  if (!isJson(value)) return value;
  const { accepts, shownAs, ...stated } = value;
  if (typeof shownAs === 'string') {
    return { $ref: `#/$defs/${shownAs}`, description: stated['description'] };
  }
  const own = withoutEmptyDefault(stated);
  const chosen = side === 'sent' && isJson(accepts) ? withOwnWords(accepts, own) : own;
  const { properties } = chosen;
  const worded = isJson(properties)
    ? { ...chosen, properties: describedIn(id, properties) }
    : chosen;
  const inner = Object.fromEntries(
    Object.entries(worded).map(([key, one]) => [key, forSide(one, side, id)]),
  );
  return side === 'sent' ? withNulls(inner) : inner;
};

/**
 * Names whose schemas differ between requests and answers. The answer's schema gets another name.
 */
const differingIn = (held: Readonly<Record<Side, ReadonlyMap<string, Json>>>): Set<string> => {
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

/** Collects the schemas of one document. */
export const createSchemas = () => {
  const held: Record<Side, Map<string, Json>> = { sent: new Map(), answered: new Map() };

  const schemaOf = (schema: z.ZodType, side: Side): Json => {
    const mark = side === 'answered' ? answeredMark : '';
    const options = { io: 'input', unrepresentable: 'any' } as const;
    const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, options) as Json;
    const id = schema.meta()?.id;
    const defs = Object.entries(($defs ?? {}) as Record<string, Json>);
    const text = JSON.stringify({
      root: forSide(root, side, id ?? ''),
      defs: Object.fromEntries(defs.map(([name, one]) => [name, forSide(one, side, name)])),
    });
    const moved = JSON.parse(text.replaceAll('#/$defs/', `${refersTo}${mark}`)) as {
      root: Json;
      defs: Record<string, Json>;
    };
    for (const [name, { id: _id, ...shown }] of Object.entries(moved.defs)) {
      held[side].set(name, shown);
    }
    if (id === undefined || '$ref' in moved.root) return moved.root;
    const { id: _id, ...shown } = moved.root;
    held[side].set(id, shown);
    return { $ref: `${refersTo}${mark}${id}` };
  };

  /** Returns the paths and component schemas with all names resolved. */
  const settle = (paths: Json): { readonly paths: Json; readonly schemas: Json } => {
    const renamed = differingIn(held);
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

  /** The example of a schema as `schemaOf` has returned it; undefined if it has none. */
  const { exampleOf } = createExamples((reference) => {
    const name = reference.replace(refersTo, '').replace(answeredMark, '');
    const side = reference.includes(answeredMark) ? 'answered' : 'sent';
    return { name, schema: held[side].get(name) ?? {} };
  });

  return { schemaOf, exampleOf, settle };
};

export type Schemas = ReturnType<typeof createSchemas>;
