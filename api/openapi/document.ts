import type { z } from 'zod';
import { ApiErrors } from '../../contracts/errors.js';
import { ConfirmationFigures } from '../../contracts/v1/confirmation.js';
import { Proposal } from '../../contracts/v1/proposals.js';
import { rolesIn } from '../../contracts/v1/roles.js';
import type { Operation, TextAnswer } from '../operation.js';
import { faultExamplesOf } from './fault-examples.js';
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

const contentOf = (schema: Json, shown: Json = {}, type = 'application/json'): Json => ({
  [type]: { schema, ...shown },
});

/** Named examples, as a media type has them. */
const named = (examples: Readonly<Record<string, unknown>>): Json => ({
  examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
});

/** The parser reads a default from text; the document shows it in the type of the parameter. */
const withTypedDefault = (schema: Json): Json =>
  schema['type'] === 'integer' && 'default' in schema
    ? { ...schema, default: Number(schema['default']) }
    : schema;

const parametersOf = ({ params = {}, query }: Operation, schemas: Schemas): Json[] => {
  const parameter = (name: string, place: 'path' | 'query', schema: z.ZodType): Json => {
    const whole = withTypedDefault(schemas.schemaOf(schema, 'sent'));
    const { description, examples: _examples, ...shown } = whole;
    const example = schemas.exampleOf(whole, { within: place, name });
    const required = place === 'path' || !schema.safeParse(undefined).success;
    return {
      name,
      in: place,
      required,
      description: description ?? wordsOf(place, name),
      // The page fills in `example`: an optional filter that nobody asked for would hide rows.
      ...(required ? { schema: shown, example } : { schema: { ...shown, examples: [example] } }),
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

const isText = (answer: z.ZodType | TextAnswer): answer is TextAnswer => 'mediaType' in answer;

const answerContent = (answer: Operation['answer'], schemas: Schemas): Json => {
  if (answer === undefined) return {};
  if (!isText(answer)) {
    const schema = schemas.schemaOf(answer, 'answered');
    return { content: contentOf(schema, { example: schemas.exampleOf(schema) }) };
  }
  const { mediaType, description, example } = answer;
  const schema = { type: typeof example, description };
  return { content: contentOf(schema, { example }, mediaType) };
};

const headersOf = (headers: NonNullable<Operation['headers']>): Json =>
  Object.fromEntries(
    Object.entries(headers).map(([name, { description, example }]) => [
      name,
      { description, schema: { type: 'string' }, example },
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

const retryAfter = { 'Retry-After': { description: 'Seconds to wait.', example: '2' } };

const faultResponse = (
  operation: Operation,
  fault: { readonly status: number; readonly description: string },
  schemas: Schemas,
): Json => {
  const figures = schemas.exampleOf(schemas.schemaOf(ConfirmationFigures, 'answered'));
  const examples = faultExamplesOf(operation, fault, figures as ConfirmationFigures);
  const byCode = Object.fromEntries(examples.map((one) => [one[0]?.error ?? '', one]));
  return {
    description: fault.description,
    ...(fault.status === 503 && { headers: headersOf(retryAfter) }),
    content: contentOf(schemas.schemaOf(ApiErrors, 'answered'), named(byCode)),
  };
};

const responsesOf = (operation: Operation, schemas: Schemas): Json => {
  const { returns, headers } = operation;
  const errors = Object.entries(faultsOf(operation)).map(([status, description]) => [
    status,
    faultResponse(operation, { status: Number(status), description }, schemas),
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
    ...answerContent(Proposal, schemas),
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
    tags: [operation.tag.name],
    summary: operation.summary,
    ...(text !== '' && { description: text }),
    security: roles.length > 0 ? [{ bearer: [] }] : [],
    parameters: parametersOf(operation, schemas),
    ...(body && {
      requestBody: {
        required: isBodyOptional !== true,
        content: contentOf(schemas.schemaOf(body, 'sent'), named(examples ?? {}), bodyType),
      },
    }),
    responses: responsesOf(operation, schemas),
  };
};

const description = `Durable fraud decisions for retail orders.

- A caller sends its key as \`Authorization: Bearer ...\`. Each operation names the roles that may
  call it.
- Every answer other than a success is a list of faults: each has a code, and a message that names
  the JSON path and never repeats the value.
- After 503 the outcome is unknown: send the same request again after \`Retry-After\` seconds.
- A list comes in pages: send the \`nextCursor\` of one page as \`cursor\` to get the next one.
- In a body, null is the same as an absent field.
`;

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
      description,
    },
    tags: [...new Set(operations.map(({ tag }) => tag))],
    paths: settled.paths,
    components: {
      schemas: settled.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key that an operator has made.' },
      },
    },
  };
};
