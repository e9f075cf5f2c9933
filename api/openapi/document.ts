import type { z } from 'zod';
import { ApiErrors } from '../../contracts/errors.js';
import { Proposal } from '../../contracts/v1/proposals.js';
import { rolesIn } from '../../contracts/v1/roles.js';
import type { Operation, TextAnswer } from '../operation.js';
import { createSchemas, type Json, type Schemas } from './schemas.js';
import { wordsOf } from './words.js';

/** Faults that any operation with a body or a key may answer, from outside the HBC contract. */
const transportFaults: Readonly<Record<number, string>> = {
  401: 'No valid bearer key.',
  403: "The key's role may not do this.",
  413: 'The body is larger than 1 MB.',
  415: 'The body has the wrong media type.',
  503: 'The outcome is unknown for now; send the same request again.',
};

const contentOf = (schema: Json, examples?: Operation['examples'], type = 'application/json') => ({
  [type]: {
    schema,
    ...(examples && {
      examples: Object.fromEntries(
        Object.entries(examples).map(([name, value]) => [name, { value }]),
      ),
    }),
  },
});

const parametersOf = ({ params = {}, query }: Operation, { schemaOf }: Schemas): Json[] => {
  const parameter = (name: string, place: 'path' | 'query', schema: z.ZodType): Json => {
    const { description, examples, ...shown } = schemaOf(schema, 'sent');
    return {
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      description: description ?? wordsOf(place === 'path' ? 'path' : 'query', name),
      schema: shown,
      ...(Array.isArray(examples) && { example: (examples as unknown[])[0] }),
    };
  };
  const inPath = Object.entries(params).map(([name, part]) => ({
    ...parameter(name, 'path', part.schema),
    description: part.description,
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, field]) =>
    parameter(name, 'query', field as z.ZodType),
  );
  return [...inPath, ...inQuery];
};

const isText = (answer: Operation['answer']): answer is TextAnswer =>
  answer !== undefined && 'mediaType' in answer;

const answerContent = (answer: Operation['answer'], { schemaOf }: Schemas): Json => {
  if (answer === undefined) return {};
  if (!isText(answer)) return { content: contentOf(schemaOf(answer, 'answered')) };
  const { mediaType, description, example } = answer;
  const type = mediaType === 'application/json' ? 'object' : 'string';
  const schema = { type, description, ...(example !== undefined && { examples: [example] }) };
  return { content: { [mediaType]: { schema } } };
};

const headersOf = (headers: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );

/** Turns a message such as `no such list` into the sentence `No such list.`. */
const sentenceOf = (text = ''): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Every fault that an operation can answer, by status. Most follow from its declaration. */
const faultsOf = (operation: Operation): Record<string, string> => {
  const { roles, takesAnyQuery, params = {}, query, faults } = operation;
  const { 413: tooLarge, 415: otherType, ...ofKey } = transportFaults;
  const bodied = operation.body ?? operation.ownBody;
  const parts = Object.values(params).map((part) => part.missing().errors[0]?.message);
  const plainQuery = 'A query parameter that the operation does not have.';
  const bad = bodied === undefined ? query && 'Bad query.' : 'Bad input.';
  const badText = bad ?? (roles.length > 0 && takesAnyQuery !== true ? plainQuery : undefined);
  return {
    ...(badText !== undefined && { 400: badText }),
    ...(roles.length > 0 && ofKey),
    ...(parts.length > 0 && { 404: sentenceOf(parts.at(-1)) }),
    ...(bodied && { 413: tooLarge, 415: otherType }),
    ...faults,
  };
};

const responsesOf = (operation: Operation, schemas: Schemas): Json => {
  const { returns, headers } = operation;
  const errors = Object.entries(faultsOf(operation)).map(([status, description]) => [
    status,
    {
      description,
      ...(status === '503' && { headers: headersOf({ 'Retry-After': 'Seconds to wait.' }) }),
      content: contentOf(schemas.schemaOf(ApiErrors, 'answered')),
    },
  ]);
  const byStatus = typeof returns === 'string' ? { 200: returns } : returns;
  const answers = Object.entries(byStatus).map(([status, description]) => [
    status,
    {
      description,
      ...(headers && { headers: headersOf(headers) }),
      ...answerContent(operation.answer, schemas),
    },
  ]);
  const waiting = {
    description: 'Nothing has changed yet: the proposal waits for another person.',
    content: contentOf(schemas.schemaOf(Proposal, 'answered')),
  };
  return {
    ...(Object.fromEntries(answers) as Json),
    ...(operation.proposes === true && { 202: waiting }),
    ...(Object.fromEntries(errors) as Json),
  };
};

/** Builds ids such as `getV1CasesCaseId`: stable names for generated clients. */
const operationIdOf = ({ method, path }: Operation): string =>
  method +
  path.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_match, next?: string) => next?.toUpperCase() ?? '');

const show = (operation: Operation, schemas: Schemas): Json => {
  const { roles, description, bodyType, examples, isBodyOptional } = operation;
  const body = operation.body ?? operation.ownBody;
  const rolesText = roles.length > 0 ? `Roles: ${rolesIn(roles).join(', ')}.` : undefined;
  const text = [rolesText, description].filter((one) => one !== undefined).join(' ');
  return {
    operationId: operationIdOf(operation),
    tags: [operation.tag],
    summary: operation.summary,
    ...(text !== '' && { description: text }),
    security: roles.length > 0 ? [{ bearer: [] }] : [],
    parameters: parametersOf(operation, schemas),
    ...(body && {
      requestBody: {
        required: isBodyOptional !== true,
        content: contentOf(schemas.schemaOf(body, 'sent'), examples, bodyType),
      },
    }),
    responses: responsesOf(operation, schemas),
  };
};

/** The OpenAPI 3.1 document, generated from the schemas that parse the requests. */
export const openApiDocument = (operations: readonly Operation[]): Json => {
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
