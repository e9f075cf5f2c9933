import { type JsonSchema, resolved } from './schemas.js';

type Json = Record<string, unknown>;

/** A body with one rule broken, and which. */
export interface Mutant {
  readonly breaks: string;
  readonly body: unknown;
}

/** One place of a body: its schema, its value, and the whole body with another value there. */
interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly put: (value: unknown) => unknown;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const without = (value: Json, name: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));

/** The branch of a `oneOf` that the value's `type` names. */
const branchOf = (schema: JsonSchema, value: unknown, root: JsonSchema): JsonSchema => {
  const found = schema.oneOf
    ?.map((branch) => resolved(branch, root))
    .find((branch) => branch.properties?.['type']?.const === (value as Json)['type']);
  return found ?? schema;
};

const schemaAt = (schema: JsonSchema, value: unknown, root: JsonSchema): JsonSchema => {
  const found = resolved(schema, root);
  return found.oneOf === undefined ? found : branchOf(found, value, root);
};

const childrenOf = ({ path, schema, value, put }: Place): Place[] => {
  if (Array.isArray(value)) {
    return value.map((inner, index) => ({
      path: `${path}.${index}`,
      schema: schema.items ?? {},
      value: inner,
      put: (next) => put(value.with(index, next)),
    }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, inner]) => ({
    path: `${path}.${name}`,
    schema: schema.properties?.[name] ?? (schema.additionalProperties || {}),
    value: inner,
    put: (next) => put({ ...value, [name]: next }),
  }));
};

/** Every place of a body, the body itself first. */
const placesOf = (place: Place, root: JsonSchema): Place[] => {
  const here = { ...place, schema: schemaAt(place.schema, place.value, root) };
  return [here, ...childrenOf(here).flatMap((child) => placesOf(child, root))];
};

const wrongTypes: Readonly<Record<NonNullable<JsonSchema['type']>, readonly unknown[]>> = {
  string: [7, true, null, ['x']],
  number: ['7', true, null],
  integer: ['7', 1.5, null],
  boolean: ['true', 1, null],
  object: ['x', [], null],
  array: ['x', {}, null],
};

/** Values that break a rule about one value, with the rule's keyword. */
const wrongValues = (schema: JsonSchema, value: unknown): (readonly [string, unknown])[] =>
  [
    ...(schema.type === undefined ? [] : wrongTypes[schema.type]).map(
      (wrong) => ['type', wrong] as const,
    ),
    ...(schema.maxLength === undefined ? [] : [['maxLength', 'x'.repeat(schema.maxLength + 1)]]),
    ...(schema.minLength === undefined ? [] : [['minLength', 'x'.repeat(schema.minLength - 1)]]),
    ...(schema.pattern === undefined ? [] : [['pattern', `${String(value)}!`]]),
    ...(schema.format === undefined ? [] : [['format', `${String(value)}!`]]),
    ...(schema.enum === undefined ? [] : [['enum', schema.type === 'string' ? 'outside' : 987654]]),
    ...(schema.const === undefined ? [] : [['const', 'outside']]),
    ...(schema.minimum === undefined ? [] : [['minimum', schema.minimum - 1]]),
    ...(schema.maximum === undefined ? [] : [['maximum', schema.maximum + 1]]),
    ...(schema.minItems === undefined ? [] : [['minItems', []]]),
    ...(schema.maxItems === undefined ? [] : [['maxItems', [value, value].flat()]]),
  ] as (readonly [string, unknown])[];

/** Objects with a field too many or too few. */
const wrongFields = ({ schema, value }: Place): (readonly [string, unknown])[] => {
  if (schema.type !== 'object' || !isObject(value)) return [];
  const other = schema.additionalProperties === false ? 'x' : { x: 'x' };
  return [
    ['additionalProperties', { ...value, notDocumented: other }],
    ...(schema.required ?? []).map((name) => [`required ${name}`, without(value, name)] as const),
  ];
};

/** The body once for every rule of the schema that can be broken in it. */
export const mutantsOf = (root: JsonSchema, body: unknown): Mutant[] =>
  placesOf({ path: '', schema: root, value: body, put: (value) => value }, root).flatMap((place) =>
    [...wrongValues(place.schema, place.value), ...wrongFields(place)].map(([rule, value]) => ({
      breaks: `${place.path} ${rule}`,
      body: place.put(value),
    })),
  );

/** Fields of the schema that the body does not have, so that no mutant tests them. */
export const untestedFields = (root: JsonSchema, body: unknown): string[] =>
  placesOf({ path: '', schema: root, value: body, put: (value) => value }, root).flatMap(
    ({ path, schema, value }) =>
      Object.keys(schema.properties ?? {})
        .filter((name) => !isObject(value) || !(name in value))
        .map((name) => `${path}.${name}`),
  );
