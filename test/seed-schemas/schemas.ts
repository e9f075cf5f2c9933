import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const schemaNames = [
  'sardine-customers',
  'sardine-issuing-risks',
  'sardine-feedbacks',
  'yleo-detailed-fraud-check',
  'oms-db-record',
] as const;
export type SchemaName = (typeof schemaNames)[number];

/** The keywords of JSON Schema draft 2020-12 that the files use. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $comment?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | JsonSchema;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: 'date' | 'uuid';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export const schemaOf = (name: SchemaName): JsonSchema =>
  JSON.parse(readFileSync(new URL(`${name}.schema.json`, import.meta.url), 'utf8')) as JsonSchema;

/** The schema that a `$ref` of the same file names, or the schema itself. */
export const resolved = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  if (schema.$ref === undefined) return schema;
  const found = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`${schema.$ref}: no such definition`);
  return found;
};

const registry = z.registry<Record<string, unknown>>();

/** `$comment` is prose: it goes to a registry of our own, not to the one of all schemas. */
const validatorOf = (schema: JsonSchema) =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0], { registry });

const validators = new Map(schemaNames.map((name) => [name, validatorOf(schemaOf(name))]));

/** What is wrong with a body, as paths and rules; empty when it is as documented. */
export const problemsOf = (name: SchemaName, body: unknown): string[] => {
  const result = validators.get(name)?.safeParse(body);
  if (result === undefined) throw new Error(`${name}: no such schema`);
  return (result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

const fraudCheckPath =
  '/yleo/service-client-request/Yleo.Fraud.Client.DetailedFraudCheck.DetailedFraudCheckRequest';

const names: ReadonlyMap<string, SchemaName> = new Map([
  ['/sardine/v1/customers', 'sardine-customers'],
  ['/sardine/v1/issuing/risks', 'sardine-issuing-risks'],
  ['/sardine/v1/feedbacks', 'sardine-feedbacks'],
  [fraudCheckPath, 'yleo-detailed-fraud-check'],
]);

/** The schema of a path as a simulator recorded it; undefined for an undocumented path. */
export const schemaNameFor = (path: string): SchemaName | undefined =>
  /^\/oms\/orders\/[^/?]+\/(process|cancel)$/.test(path) ? 'oms-db-record' : names.get(path);
