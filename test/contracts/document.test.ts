import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../../api/openapi/document.js';
import { operations } from '../../api/operations.js';
import { parseWire } from '../../contracts/faults.js';
import { email } from '../../contracts/hbc/primitives.js';
import { fieldsOf, innermost, offered } from './schema-fields.js';

type Json = Record<string, unknown>;

const document = openApiDocument(operations) as {
  readonly paths: Record<string, Record<string, { requestBody?: { content: Json } }>>;
  readonly components: { readonly schemas: Record<string, Json> };
};

const { schemas } = document.components;

const resolve = (shown: Json): Json => {
  const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(String(shown['$ref'])) ?? [];
  const options = (shown['anyOf'] ?? []) as Json[];
  const inner = options.find((one) => '$ref' in one || 'properties' in one);
  if (name !== undefined) return resolve(schemas[name] ?? {});
  return inner === undefined ? shown : resolve(inner);
};

const moved = (shown: Json): Json =>
  JSON.parse(JSON.stringify(shown).replaceAll('#/components/schemas/', '#/$defs/')) as Json;

const $defs = moved(schemas);

const parserOf = (shown: Json) =>
  z.fromJSONSchema({ ...moved(shown), $defs } as Parameters<typeof z.fromJSONSchema>[0]);

interface Field {
  readonly path: string;
  readonly schema: z.ZodType;
  readonly shown: Json;
}

/** Each field of a body, with what the document shows of it. */
const walk = (schema: z.ZodType, shown: Json, path: string): Field[] => {
  const inner = innermost(schema);
  if (inner instanceof z.ZodArray) {
    const { items } = resolve(shown) as { items: Json };
    return walk(inner.element as z.ZodType, items, `${path}[]`);
  }
  if (inner instanceof z.ZodUnion) {
    const [first] = (resolve(shown)['anyOf'] ?? [shown]) as Json[];
    return walk(inner.options[0] as z.ZodType, first ?? {}, path);
  }
  const properties = (resolve(shown)['properties'] ?? {}) as Record<string, Json>;
  return Object.entries(fieldsOf(schema) ?? {}).flatMap(([name, field]) => {
    const own = { path: `${path}.${name}`, schema: field, shown: properties[name] ?? {} };
    return [own, ...walk(field, own.shown, own.path)];
  });
};

// A push of AiFi is kept whatever it holds: what is shown is what AiFi says of it.
const bodies = operations.flatMap(({ method, path, body, bodyType, roles }) => {
  if (body === undefined || bodyType !== undefined || roles.includes('aifi')) return [];
  const content = document.paths[path]?.[method]?.requestBody?.content['application/json'] as
    | { schema: Json }
    | undefined;
  return [{ name: `${method} ${path}`, fields: walk(body, content?.schema ?? {}, '$') }];
});

const spellings = [...offered, ' 12 ', '+1', '12.50', 'true', 'ACCEPT', ' s5A ', 'Fraud', ' usd '];

describe.each(bodies)("the document's schema of $name", ({ fields }) => {
  it('allows null for each optional field, and for no other', () => {
    for (const { path, schema, shown } of fields) {
      const isRead = parseWire(z.object({ field: schema }), { field: null }).ok;
      expect(parserOf(shown).safeParse(null).success, path).toBe(isRead);
    }
  });

  it('every spelling of a value that is read is allowed', () => {
    for (const { path, schema, shown } of fields) {
      const read = spellings.filter((value) => value !== null && schema.safeParse(value).success);
      const parser = parserOf(shown);
      const refused = read.filter((value) => !parser.safeParse(value).success);
      expect(refused, path).toEqual([]);
    }
  });
});

it('the document shows answers in their own form, without the spellings that callers may use', () => {
  const { Item, ItemAnswer } = schemas as Record<string, { properties: Record<string, Json> }>;
  expect(ItemAnswer?.properties['quantity']).toMatchObject({ type: 'integer' });
  expect(Item?.properties['quantity']).toMatchObject({ type: ['integer', 'string'] });
  expect(JSON.stringify(document)).not.toMatch(/"accepts"|answered:/);
});

it('an e-mail address is shown to be of any script, as it is read', () => {
  expect(email.safeParse('jürgen@bücher.example').success).toBe(true);
  // The format `email` is that of RFC 5321, in ASCII alone.
  expect(JSON.stringify(document).match(/"format":"(idn-)?email"/g)).toEqual(
    Array(3).fill('"format":"idn-email"'),
  );
});

it('the check covers every field of every body', () => {
  expect(bodies.flatMap(({ fields }) => fields).length).toBeGreaterThan(150);
});
