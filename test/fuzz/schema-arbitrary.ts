import * as fc from 'fast-check';
import { oddJson, oddTexts } from './odd-json.js';

/** The keywords of JSON Schema that the OpenAPI document uses. */
export type Schema = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly Schema[] =>
  Array.isArray(value) ? (value as Schema[]) : [];

const numberOf = (value: unknown, usual: number): number =>
  typeof value === 'number' ? value : usual;

/** Deeper schemas refer to themselves. */
const depthMax = 8;

const day = fc
  .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString());

const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'date-time': fc.oneof(
    day,
    fc.constantFrom('2026-11-29T23:59:60+14:00', '2026-11-29t12:00:00.123456789z'),
  ),
  date: day.map((at) => at.slice(0, 10)),
  uuid: fc.oneof(fc.uuid(), fc.constant('00000000-0000-4000-8000-000000000000')),
  email: fc.constantFrom('ann@example.com', 'jörg@exämple.de'),
};

/** Made once: the library reads its tables of graphemes for each such arbitrary. */
const anyText = fc.string({ unit: 'grapheme', maxLength: 30 });

const textOf = ({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<string> => {
  const formatted = formats[String(format)];
  if (formatted !== undefined) return formatted;
  if (typeof pattern === 'string') {
    try {
      return fc.stringMatching(new RegExp(pattern));
    } catch {
      // A pattern beyond what the library generates: any text then.
    }
  }
  const max = numberOf(maxLength, 40);
  const fits = (text: string) => text.slice(0, max).padEnd(numberOf(minLength, 0), 'x');
  return fc.oneof(
    fc.constantFrom('a', 'Ann', '1', 'block', 'A-1', 'a text of some words', 'x'.repeat(max)),
    fc.constantFrom(...oddTexts).map(fits),
    anyText.map(fits),
  );
};

const bounded = ({ minimum, maximum, exclusiveMinimum }: Schema) => ({
  min: Math.max(
    numberOf(minimum, Number.MIN_SAFE_INTEGER),
    numberOf(exclusiveMinimum, Number.MIN_SAFE_INTEGER),
  ),
  max: numberOf(maximum, Number.MAX_SAFE_INTEGER),
});

const wholeOf = (schema: Schema): fc.Arbitrary<number> => {
  const { min, max } = bounded(schema);
  const [low, high] = [Math.ceil(min), Math.floor(max)];
  return fc.oneof(fc.constantFrom(low, high), fc.integer({ min: low, max: high }));
};

const decimalOf = (schema: Schema): fc.Arbitrary<number> => {
  const { min, max } = bounded(schema);
  return fc.oneof(
    fc.constantFrom(min, max),
    wholeOf(schema),
    fc.double({ min, max, noNaN: true }).map((value) => Number(value.toFixed(2))),
  );
};

/** Arbitraries of values as a schema describes them; checks across fields it does not know. */
export const createSchemaArbitrary = (named: Readonly<Record<string, Schema>>) => {
  const objectOf = (schema: Schema, depth: number): fc.Arbitrary<unknown> => {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
    const fields = properties.map(([name, inner]) => [name, of(inner, depth + 1)] as const);
    const known = fc.record(Object.fromEntries(fields), {
      requiredKeys: (schema['required'] ?? []) as string[],
    });
    const more = schema['additionalProperties'];
    if (typeof more !== 'object' || more === null) return known;
    const names = fc.constantFrom('web', 'store', 'a', 's5a', '__proto__', 'constructor');
    const rest = fc.dictionary(names, of(more as Schema, depth + 1), { maxKeys: 2 });
    return fc.tuple(known, rest).map(([one, other]) => ({ ...one, ...other }));
  };

  const listOf = (schema: Schema, depth: number): fc.Arbitrary<unknown> => {
    const minLength = numberOf(schema['minItems'], 0);
    const maxLength = Math.min(numberOf(schema['maxItems'], 3), minLength + 3);
    return fc.array(of((schema['items'] ?? {}) as Schema, depth + 1), { minLength, maxLength });
  };

  const ofType = (type: unknown, schema: Schema, depth: number): fc.Arbitrary<unknown> => {
    switch (type) {
      case 'object':
        return objectOf(schema, depth);
      case 'array':
        return listOf(schema, depth);
      case 'string':
        return textOf(schema);
      case 'integer':
        return wholeOf(schema);
      case 'number':
        return decimalOf(schema);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return oddJson;
    }
  };

  const of = (schema: Schema, depth = 0): fc.Arbitrary<unknown> => {
    if (depth > depthMax) return fc.constant(null);
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      return of(named[reference.replace('#/components/schemas/', '')] ?? {}, depth + 1);
    }
    if ('const' in schema) return fc.constant(schema['const']);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
    const branches = [...list(schema['anyOf']), ...list(schema['oneOf'])];
    if (branches.length > 0) return fc.oneof(...branches.map((one) => of(one, depth + 1)));
    const whole: Schema = Object.assign({}, schema, ...list(schema['allOf']));
    const types = [whole['type']].flat();
    return fc.oneof(...types.map((type) => ofType(type, whole, depth)));
  };

  return of;
};
