import { expect, it } from 'vitest';
import { openApiDocument } from '../../api/openapi/document.js';
import { wordKeyOf, wordTables } from '../../api/openapi/words.js';
import { operations } from '../../api/operations.js';

type Json = Record<string, unknown>;

const document = openApiDocument(operations) as {
  readonly paths: Record<string, Record<string, Json>>;
  readonly components: { readonly schemas: Record<string, Json> };
};

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** Every property below a value, with the component that it stands in. */
const propertiesIn = (value: unknown, where: string): [string, string, Json][] => {
  if (!isJson(value)) return [];
  const { properties } = value;
  const own =
    isJson(properties) && !('type' in properties && typeof properties['type'] !== 'object')
      ? Object.entries(properties).map(([name, one]): [string, string, Json] => [
          where,
          name,
          one as Json,
        ])
      : [];
  return [...own, ...Object.values(value).flatMap((one) => propertiesIn(one, where))];
};

const operationsShown = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, one]) => [`${method} ${path}`, one] as const),
);

const properties = [
  ...Object.entries(document.components.schemas).flatMap(([name, one]) => propertiesIn(one, name)),
  ...operationsShown.flatMap(([name, one]) =>
    propertiesIn([one['requestBody'], one['responses']], name),
  ),
];

const parameters = operationsShown.flatMap(([name, one]) =>
  (one['parameters'] as Json[]).map((parameter) => [name, parameter] as const),
);

const isSaid = ({ description }: Json) => typeof description === 'string' && description.length > 4;

it('every property and parameter of the API has a description', () => {
  expect(properties.length).toBeGreaterThan(1000);
  expect(parameters.length).toBeGreaterThan(100);
  const silent = [
    ...properties.filter(([, , one]) => !isSaid(one)).map(([where, name]) => `${where}.${name}`),
    ...parameters
      .filter(([, one]) => !isSaid(one))
      .map(([where, { name }]) => `${where} ${String(name)}`),
  ];
  expect(silent).toEqual([]);
});

it('every answer and fault has a description', () => {
  for (const [name, { responses, summary }] of operationsShown) {
    expect(summary, name).toMatch(/\.$/);
    for (const response of Object.values(responses as Record<string, Json>)) {
      expect(String(response['description']), name).toMatch(/\.$/);
    }
  }
});

it('no word of the API is there twice, or for nothing', () => {
  const keys = wordTables.flatMap((table) => Object.keys(table));
  expect(keys.filter((key, index) => keys.indexOf(key) < index)).toEqual([]);
  const used = new Set([
    ...properties.map(([where, name]) => wordKeyOf(where.replace(/Answer$/, ''), name)),
    ...parameters.map(([, { name }]) => wordKeyOf('query', String(name))),
  ]);
  expect(keys.filter((key) => !used.has(key))).toEqual([]);
});
