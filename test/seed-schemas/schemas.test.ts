import { describe, expect, it } from 'vitest';
import { mutantsOf, untestedFields } from './mutations.js';
import { samples } from './samples.js';
import { type JsonSchema, problemsOf, schemaNameFor, schemaNames, schemaOf } from './schemas.js';

/** Every keyword here is known to be enforced: the mutants below break each of them. */
const keywords: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$comment', '$defs', '$ref', 'type', 'properties', 'required'],
  ...['additionalProperties', 'items', 'oneOf', 'enum', 'const', 'pattern', 'format'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'],
]);

/** Every schema inside a schema, itself included, by path. */
const partsOf = (schema: JsonSchema, path = '#'): [string, JsonSchema][] => [
  [path, schema],
  ...Object.entries({ ...schema.$defs, ...schema.properties }).flatMap(([name, part]) =>
    partsOf(part, `${path}/${name}`),
  ),
  ...(schema.items === undefined ? [] : partsOf(schema.items, `${path}/items`)),
  ...(schema.oneOf ?? []).flatMap((part, index) => partsOf(part, `${path}/oneOf/${index}`)),
];

describe.each(schemaNames)('the schema %s', (name) => {
  const parts = partsOf(schemaOf(name));

  it('uses only keywords that are enforced', () => {
    expect(
      parts.flatMap(([path, part]) =>
        Object.keys(part)
          .filter((keyword) => !keywords.has(keyword))
          .map((keyword) => `${path} ${keyword}`),
      ),
    ).toEqual([]);
  });

  it('says of every rule where it is documented', () => {
    const unfounded = parts.filter(
      ([, part]) =>
        part.$ref === undefined && !/\b(seed|contracts|settled)\b/.test(part.$comment ?? ''),
    );
    expect(unfounded.map(([path]) => path)).toEqual([]);
  });

  it('lets no object hold fields that are not documented', () => {
    const open = parts.filter(
      ([, part]) => part.type === 'object' && part.additionalProperties === undefined,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });
});

describe.each(samples)('a body of %s', (name, sample) => {
  const schema = schemaOf(name);

  it('with every documented field is valid', () => {
    expect(untestedFields(schema, sample)).toEqual([]);
    expect(problemsOf(name, sample)).toEqual([]);
  });

  it('is refused when any one rule is broken', () => {
    const mutants = mutantsOf(schema, sample);
    expect(mutants.length).toBeGreaterThan(25);
    const accepted = mutants.filter(({ body }) => problemsOf(name, body).length === 0);
    expect(accepted.map(({ breaks }) => breaks)).toEqual([]);
  });
});

describe('problemsOf', () => {
  it('counts characters, not the halves of which UTF-16 makes some', () => {
    const [, customers] = samples[0] ?? [];
    const withKey = (sessionKey: string) =>
      problemsOf('sardine-customers', { ...(customers as object), sessionKey });
    expect(withKey('😀'.repeat(100))).toEqual([]);
    expect(withKey('😀'.repeat(101))).toEqual([expect.stringMatching(/^sessionKey: /)]);
  });
});

describe('schemaNameFor', () => {
  it('knows the documented paths and no other', () => {
    expect(schemaNameFor('/sardine/v1/issuing/risks')).toBe('sardine-issuing-risks');
    expect(schemaNameFor('/oms/orders/81%2F4/cancel')).toBe('oms-db-record');
    expect(schemaNameFor('/sardine/v1/issuing/risks?x=1')).toBeUndefined();
    expect(schemaNameFor('/oms/orders/1/refund')).toBeUndefined();
    expect(schemaNameFor('/yleo/service-client-request/Other')).toBeUndefined();
  });
});
