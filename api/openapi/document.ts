import type { z } from 'zod';
import { ApiErrors } from '../../contracts/errors.js';
import { Proposal } from '../../contracts/v1/proposals.js';
import { rolesIn } from '../../contracts/v1/roles.js';
import type { Operation } from './operation.js';
import { operations } from './operations.js';
import { createSchemas, type Json, type Schemas } from './schemas.js';

/** Answers that any operation with a body or a key may give, from outside the HBC contract. */
const transportFaults: Readonly<Record<number, string>> = {
  401: 'No valid bearer key.',
  403: "The key's role may not do this.",
  413: 'The body is larger than 1 MB.',
  415: 'The body is of another media type.',
  503: 'The outcome is unknown for now; send the same request again.',
};

const successTexts = { 200: 'OK', 201: 'Created', 204: 'No content' } as const;

const contentOf = (schema: Json, type = 'application/json'): Json => ({ [type]: { schema } });

const parametersOf = (operation: Operation, { schemaOf }: Schemas): Json[] => {
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
    schema: schemaOf(field as z.ZodType, 'sent'),
  }));
  return [...inPath, ...inQuery];
};

const answerContent = (answer: Operation['answer'], { schemaOf }: Schemas): Json => {
  if (answer === undefined) return {};
  if (answer === 'text') return { content: { '*/*': { schema: {} } } };
  return { content: contentOf(schemaOf(answer, 'answered')) };
};

const headersOf = (headers: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );

const responsesOf = (operation: Operation, schemas: Schemas): Json => {
  const { 413: tooLarge, 415: otherType, ...ofKey } = transportFaults;
  const faults = {
    ...(operation.roles.length > 0 && !operation.takesAnyQuery
      ? { 400: 'A query parameter that the operation does not have.' }
      : {}),
    ...(operation.roles.length > 0 ? ofKey : {}),
    ...(operation.body ? { 413: tooLarge, 415: otherType } : {}),
    ...operation.faults,
  };
  const errors = Object.entries(faults).map(([status, description]) => [
    status,
    {
      description,
      ...(status === '503' ? { headers: headersOf({ 'Retry-After': 'Seconds to wait.' }) } : {}),
      content: contentOf(schemas.schemaOf(ApiErrors, 'answered')),
    },
  ]);
  const { success = [200] } = operation;
  const answers = success.map((status) => [
    status,
    {
      description: successTexts[status],
      ...(operation.headers ? { headers: headersOf(operation.headers) } : {}),
      ...answerContent(operation.answer, schemas),
    },
  ]);
  const proposed = {
    description: 'Nothing has changed yet: it waits for another person.',
    content: contentOf(schemas.schemaOf(Proposal, 'answered')),
  };
  const waiting = operation.proposes === true ? [[202, proposed] as const] : [];
  return Object.fromEntries([...answers, ...waiting, ...errors]);
};

/** `getV1CasesCaseId`: stable names for generated clients. */
const operationIdOf = ({ method, path }: Operation): string =>
  method +
  path.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_match, next?: string) => next?.toUpperCase() ?? '');

const show = (operation: Operation, schemas: Schemas): Json => ({
  operationId: operationIdOf(operation),
  tags: [operation.tag],
  summary: operation.summary,
  ...(operation.roles.length > 0
    ? {
        security: [{ bearer: [] }],
        description: `Roles: ${rolesIn(operation.roles).join(', ')}.`,
      }
    : { security: [] }),
  parameters: parametersOf(operation, schemas),
  ...(operation.body
    ? {
        requestBody: {
          required: operation.isBodyOptional !== true,
          content: contentOf(schemas.schemaOf(operation.body, 'sent'), operation.bodyType),
        },
      }
    : {}),
  responses: responsesOf(operation, schemas),
});

/** The OpenAPI 3.1 document, generated from the schemas that parse the requests. */
export const openApiDocument = (): Json => {
  const schemas = createSchemas();
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: show(operation, schemas),
    };
  }
  const settled = schemas.settle(paths);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Verdict',
      version: '1',
      description: 'Durable fraud decisions for retail orders.',
    },
    paths: settled.paths,
    components: {
      schemas: settled.schemas,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
};
