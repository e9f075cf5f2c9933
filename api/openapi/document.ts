import { z } from 'zod';
import { ApiErrors } from '../../contracts/errors.js';
import type { Operation } from './operation.js';
import { operations } from './operations.js';

type Json = Record<string, unknown>;

/** Answers that any operation with a body or a key may give, from outside the HBC contract. */
const transportFaults: Readonly<Record<number, string>> = {
  401: 'No valid bearer key.',
  403: "The key's role may not do this.",
  413: 'The body is larger than 1 MB.',
  415: 'The body is of another media type.',
  503: 'The outcome is unknown for now; send the same request again.',
};

const successTexts = { 200: 'OK', 201: 'Created', 204: 'No content' } as const;

const definitions = new Map<string, Json>();

/** A schema as a reference into `components`, which OpenAPI 3.1 shares with JSON Schema 2020-12. */
const schemaOf = (schema: z.ZodType): Json => {
  const {
    $schema: _,
    $defs,
    ...root
  } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as Json & { $defs?: Record<string, Json> };
  const moved = JSON.parse(
    JSON.stringify({ root, defs: $defs ?? {} }).replaceAll('#/$defs/', '#/components/schemas/'),
  ) as { root: Json; defs: Record<string, Json> };
  for (const [name, definition] of Object.entries(moved.defs)) {
    const { id: _id, ...shown } = definition;
    definitions.set(name, shown);
  }
  const id = schema.meta()?.id;
  if (id === undefined || '$ref' in moved.root) return moved.root;
  const { id: _id, ...shown } = moved.root;
  definitions.set(id, shown);
  return { $ref: `#/components/schemas/${id}` };
};

const contentOf = (schema: Json, type = 'application/json'): Json => ({ [type]: { schema } });

const parametersOf = (operation: Operation): Json[] => {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(operation.query?.shape ?? {}).map(([name, field]) => ({
    name,
    in: 'query',
    required: !(field as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(field as z.ZodType),
  }));
  return [...inPath, ...inQuery];
};

const answerContent = (answer: Operation['answer']): Json => {
  if (answer === undefined) return {};
  if (answer === 'text') return { content: { '*/*': { schema: {} } } };
  return { content: contentOf(schemaOf(answer)) };
};

const headersOf = (headers: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );

const responsesOf = (operation: Operation): Json => {
  const { 413: tooLarge, 415: otherType, ...ofKey } = transportFaults;
  const faults = {
    ...(operation.roles.length > 0 ? ofKey : {}),
    ...(operation.body ? { 413: tooLarge, 415: otherType } : {}),
    ...operation.faults,
  };
  const errors = Object.entries(faults).map(([status, description]) => [
    status,
    {
      description,
      ...(status === '503' ? { headers: headersOf({ 'Retry-After': 'Seconds to wait.' }) } : {}),
      content: contentOf(schemaOf(ApiErrors)),
    },
  ]);
  const { success = [200] } = operation;
  const answers = success.map((status) => [
    status,
    {
      description: successTexts[status],
      ...(operation.headers ? { headers: headersOf(operation.headers) } : {}),
      ...answerContent(operation.answer),
    },
  ]);
  return Object.fromEntries([...answers, ...errors]);
};

/** `getV1CasesCaseId`: stable names for generated clients. */
const operationIdOf = ({ method, path }: Operation): string =>
  method +
  path.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_match, next?: string) => next?.toUpperCase() ?? '');

const show = (operation: Operation): Json => ({
  operationId: operationIdOf(operation),
  tags: [operation.tag],
  summary: operation.summary,
  ...(operation.roles.length > 0
    ? {
        security: [{ bearer: [] }],
        description: `Roles: ${[...operation.roles, 'admin'].join(', ')}.`,
      }
    : { security: [] }),
  parameters: parametersOf(operation),
  ...(operation.body
    ? {
        requestBody: {
          required: operation.isBodyOptional !== true,
          content: contentOf(schemaOf(operation.body), operation.bodyType),
        },
      }
    : {}),
  responses: responsesOf(operation),
});

/** The OpenAPI 3.1 document, generated from the schemas that parse the requests. */
export const openApiDocument = (): Json => {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: show(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Verdict',
      version: '1',
      description: 'Durable fraud decisions for retail orders.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(definitions),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
};
