import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../../api/openapi/document.js';
import { valueTables } from '../../api/openapi/values.js';
import { operations } from '../../api/operations.js';
import { parsed } from '../../api/parsed.js';
import { objectsIn, operationsIn, parserOf, type PublishedDocument } from '../api/published.js';

type Json = Record<string, unknown>;

const document = openApiDocument(operations) as unknown as PublishedDocument;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsers = new Map<string, ReturnType<typeof parserOf>>();

/** What a schema of the document refuses in a value. */
const issuesOf = (schema: Json, value: unknown) => {
  const text = JSON.stringify(schema);
  const parser = parsers.get(text) ?? parserOf(document, schema);
  parsers.set(text, parser);
  return parser.safeParse(value).error?.issues ?? [];
};

/** An order is an example as a whole: not every order has every property. */
const isWhole = (name: string) => valueTables.some((table) => name.replace(/Answer$/, '') in table);

const shownIn = objectsIn(document, isWhole);

const described = operationsIn(document).map((one) => {
  const declared = operations.find(
    ({ method, path }) => method === one.method && path === one.path,
  );
  return { ...one, name: `${one.method} ${one.path}`, declared };
});

/** The one example of a media type, or its named ones. */
const examplesIn = ({ example, examples }: Json): unknown[] =>
  isJson(examples) ? Object.values(examples).map((one) => (one as Json)['value']) : [example];

const answers = described.flatMap(({ name, operation }) =>
  Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.values(content).map((one) => ({
      name: `${name} ${status}`,
      schema: one['schema'] as Json,
      examples: examplesIn(one),
    })),
  ),
);

describe('examples in the document', () => {
  it.each(described)(
    "every parameter of $name has one that the operation's parser accepts",
    (one) => {
      const parameters = one.operation.parameters.map(({ example, schema, ...rest }) => ({
        ...rest,
        example: example ?? (schema['examples'] as unknown[] | undefined)?.[0],
      }));
      const { params = {}, query = z.object({}) } = one.declared ?? {};
      const without = parameters.filter(({ example }) => example === undefined);
      expect(without.map(({ name }) => name)).toEqual([]);
      const given = (place: string) =>
        parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name, example }) => [name, String(example)] as const);
      for (const [name, example] of given('path')) {
        expect(params[name]?.schema.safeParse(example).success, name).toBe(true);
      }
      expect(() => parsed(query, Object.fromEntries(given('query')))).not.toThrow();
    },
  );

  it('every answer and fault has one of the form that its schema states', () => {
    expect(answers.length).toBeGreaterThan(400);
    for (const { name, schema, examples } of answers) {
      expect(examples, name).not.toEqual([]);
      for (const example of examples) {
        expect(example, name).toBeDefined();
        expect(issuesOf(schema, example), name).toEqual([]);
      }
    }
  });

  it('every property of an answer is in its example', () => {
    const shown = answers.filter(({ name }) => / 2\d\d$/.test(name));
    const objects = shown.flatMap(({ name, schema, examples }) =>
      examples.flatMap((example) => shownIn(schema, example, name)),
    );
    expect(objects.length).toBeGreaterThan(300);
    const missing = objects.flatMap(({ at, schema, value }) =>
      Object.keys(schema['properties'] ?? {})
        .filter((name) => !(name in value))
        .map((name) => `${at}.${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('every value stands for a property, parameter or schema that exists', () => {
    const namesIn = (value: unknown): string[] => {
      if (Array.isArray(value)) return value.flatMap(namesIn);
      if (!isJson(value)) return [];
      const own = isJson(value['properties']) ? Object.keys(value['properties']) : [];
      return [...own, ...Object.values(value).flatMap(namesIn)];
    };
    const { schemas } = document.components;
    const known = new Set([
      ...namesIn(document),
      ...Object.entries(schemas).flatMap(([id, schema]) => [
        id,
        ...namesIn(schema).map((name) => `${id.replace(/Answer$/, '')}.${name}`),
      ]),
      ...described.flatMap(({ operation }) =>
        operation.parameters.map((parameter) => `${parameter.in}.${parameter.name}`),
      ),
    ]);
    const keys = valueTables.flatMap((table) => Object.keys(table));
    expect(keys.filter((key) => !known.has(key))).toEqual([]);
  });
});
