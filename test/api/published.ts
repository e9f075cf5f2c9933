import { z } from 'zod';

export type Json = Record<string, unknown>;

/** One operation as the OpenAPI document shows it. */
export interface Published extends Json {
  readonly summary: string;
  readonly description?: string;
  readonly security: unknown[];
  readonly parameters: (Json & { name: string; in: string; required: boolean; schema: Json })[];
  readonly requestBody?: {
    required: boolean;
    content: Record<string, { schema: Json; examples?: Record<string, { value: unknown }> }>;
  };
  readonly responses: Record<string, { description: string; content?: Record<string, Json> }>;
}

export interface PublishedDocument {
  readonly paths: Record<string, Record<string, Published>>;
  readonly components: { schemas: Record<string, Json> };
}

/** Every operation of a document. */
export const operationsIn = ({ paths }: PublishedDocument) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

/** A schema of the document, as a parser. */
export const parserOf = ({ components }: PublishedDocument, schema: unknown) => {
  const whole = JSON.stringify({ ...(schema as Json), $defs: components.schemas });
  return z.fromJSONSchema(
    JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
      typeof z.fromJSONSchema
    >[0],
  );
};

const nameIn = (reference: unknown) => String(reference).replace('#/components/schemas/', '');

/** An object in a value, with the schema that the document has for it. */
export interface PublishedObject {
  readonly at: string;
  readonly schema: Json;
  readonly value: Json;
}

/** Every object in a value of a schema. `isWhole` leaves out those of a component. */
export const objectsIn = (
  document: PublishedDocument,
  isWhole: (component: string) => boolean = () => false,
) => {
  const parsers = new Map<Json, ReturnType<typeof parserOf>>();
  const takes = (schema: Json, value: unknown): boolean => {
    const parser = parsers.get(schema) ?? parserOf(document, schema);
    parsers.set(schema, parser);
    return parser.safeParse(value).success;
  };
  const within = (schema: Json, value: unknown, at: string): PublishedObject[] => {
    if (typeof value !== 'object' || value === null) return [];
    if ('$ref' in schema) {
      const name = nameIn(schema['$ref']);
      return isWhole(name) ? [] : within(document.components.schemas[name] ?? {}, value, at);
    }
    const options = (schema['anyOf'] ?? schema['oneOf'] ?? []) as Json[];
    const objects = options.filter(({ type }) => type !== 'null');
    const option = objects.length === 1 ? objects[0] : objects.find((one) => takes(one, value));
    if (option !== undefined) return within(option, value, at);
    if (Array.isArray(value)) {
      return value.flatMap((one) => within((schema['items'] ?? {}) as Json, one, `${at}[]`));
    }
    const properties = (schema['properties'] ?? {}) as Record<string, Json>;
    const below = Object.entries(value).flatMap(([name, one]) =>
      within(properties[name] ?? {}, one, `${at}.${name}`),
    );
    return [{ at, schema, value: value as Json }, ...below];
  };
  return within;
};

/** The roles that the document says an operation lets in. */
export const rolesOf = ({ description }: Published): string[] =>
  /^Roles: ([a-z, ]+)\./.exec(String(description))?.[1]?.split(', ') ?? [];
