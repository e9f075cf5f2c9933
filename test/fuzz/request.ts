import * as fc from 'fast-check';
import { openApiDocument } from '../../api/openapi/document.js';
import type { Operation } from '../../api/operation.js';
import { operations } from '../../api/operations.js';
import { csvFile } from './csv-file.js';
import { oddTexts, withEdits } from './odd-json.js';
import { createSchemaArbitrary, type Schema } from './schema-arbitrary.js';
import { bytesOf, jsonText, withPieces } from './wire-text.js';

/** A request for an operation, right or wrong. */
export interface OperationRequest {
  readonly operation: Operation;
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly schema: Schema;
}

interface Described {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
}

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const documented = openApiDocument(operations) as unknown as Documented;
const arbitraryOf = createSchemaArbitrary(documented.components.schemas);

const described = ({ path, method }: Operation): Described => {
  const found = documented.paths[path]?.[method];
  if (found === undefined) throw new Error(`${method} ${path} is not documented`);
  return found;
};

/** Texts that the URL itself carries, not encoded. */
export const rawParts: readonly string[] = [
  '%00',
  '%',
  '%zz',
  '%ED%A0%80',
  '%2e%2e',
  '..',
  '.',
  '%2F',
  'a;b',
  'a%20b',
];

const partOf = ({ schema }: Parameter): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: arbitraryOf(schema).map((one) => encode(String(one))) },
    { weight: 1, arbitrary: fc.constantFrom(...oddTexts).map(encode) },
    { weight: 1, arbitrary: fc.constantFrom(...rawParts, 'x'.repeat(3_000)) },
  );

/** A lone surrogate has no form in a URL. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed()) || '-';

const pathOf = (path: string, parameters: readonly Parameter[]): fc.Arbitrary<string> => {
  const names = parameters.filter((one) => one.in === 'path');
  return fc
    .tuple(...names.map(partOf))
    .map((texts) =>
      names.reduce(
        (whole, { name }, at) => whole.replace(`{${name}}`, () => texts[at] ?? ''),
        path,
      ),
    );
};

const queryOf = (parameters: readonly Parameter[]): fc.Arbitrary<string> => {
  const own = parameters
    .filter((one) => one.in === 'query')
    .map((one) => fc.tuple(fc.constant(one.name), partOf(one)));
  const strange = fc.tuple(
    fc.constantFrom('__proto__', 'limit', 'cursor', 'constructor', 'a[]', '%00', 'x'.repeat(99)),
    fc.constantFrom(...rawParts, '', '1'),
  );
  const some = own.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...own), { maxLength: 4 });
  const all = fc.tuple(
    some,
    fc.oneof(
      { weight: 12, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.tuple(strange) },
    ),
  );
  return all.map(([first, more]) => {
    const pairs = [...new Map(first), ...more].map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  });
};

const valuesOf = (operation: Operation): fc.Arbitrary<unknown> => {
  const schema = described(operation).requestBody?.content['application/json']?.schema ?? {};
  const examples = Object.values(operation.examples ?? {});
  const made = arbitraryOf(schema);
  return examples.length === 0 ? made : fc.oneof(made, fc.constantFrom(...examples));
};

/** A body's text: valid, changed or damaged. */
const textOf = (operation: Operation): fc.Arbitrary<string> => {
  if (operation.bodyType === 'text/csv') {
    return fc.oneof(csvFile, withPieces(csvFile));
  }
  return jsonText(withEdits(valuesOf(operation)));
};

const mediaTypes = [
  ...['application/json; charset=utf-16', 'text/plain', 'application/x-www-form-urlencoded', ''],
  ...['application/problem+json', 'APPLICATION/JSON ; charset="UTF-8"', 'multipart/form-data'],
];

const headersOf = (operation: Operation): fc.Arbitrary<Record<string, string>> => {
  const usual = { 'content-type': operation.bodyType ?? 'application/json' };
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(usual) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...mediaTypes).map((type) => ({ 'content-type': type })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('gzip', 'identity', 'br', 'GZIP, identity', '')
        .map((encoding) => ({ ...usual, 'content-encoding': encoding })),
    },
  );
};

/** A finding is printed without the functions of its operation. */
const printable = (request: OperationRequest): OperationRequest =>
  Object.assign(request, {
    [fc.toStringMethod]: () => {
      const { method, target, headers, body } = request;
      return fc.stringify({ method, target, headers, body: body?.toString() });
    },
  });

const requestOf = (operation: Operation): fc.Arbitrary<OperationRequest> => {
  const { parameters } = described(operation);
  const hasBody = (operation.body ?? operation.ownBody) !== undefined;
  const body = hasBody ? bytesOf(textOf(operation)) : fc.constant(undefined);
  return fc
    .tuple(pathOf(operation.path, parameters), queryOf(parameters), headersOf(operation), body)
    .map(([path, query, headers, bytes]) =>
      printable({
        operation,
        method: operation.method.toUpperCase(),
        target: path + query,
        headers: hasBody ? headers : {},
        body: bytes,
      }),
    );
};

/** Requests for every operation. */
export const anyRequest: fc.Arbitrary<OperationRequest> = fc.oneof(...operations.map(requestOf));
