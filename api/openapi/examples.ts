import type { Json } from './schemas.js';
import { valuesOf } from './values.js';

/** Examples of formats, for properties that have no value of their own. */
const ofFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-11-28T10:15:00.000Z',
  date: '2026-11-28',
  uuid: '3f0c9a52-e1b7-4d3a-8c6e-2d4f7a9b1c3e',
};

const typesOf = (value: unknown): unknown[] => {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
};

const dateTime = /^\d{4}-\d\d-\d\dT/;

const isMeantFor = ({ type, const: only, enum: members, format }: Json, value: unknown) => {
  if (only !== undefined) return value === only;
  if (Array.isArray(members)) return members.includes(value);
  if (format === 'date-time' || format === 'date') {
    return typeof value === 'string' && dateTime.test(value) === (format === 'date-time');
  }
  const types = typesOf(value);
  return type === undefined || [type].flat().some((one) => types.includes(one));
};

const isNull = ({ type }: Json): boolean => type === 'null';

/** Where a schema stands: the component and the property, or `query` and the parameter. */
export interface Place {
  readonly within: string;
  readonly name: string;
}

const nowhere: Place = { within: '', name: '' };

/**
 * Builds the examples of schemas from those of their properties; `componentOf` finds the schema
 * of a reference, and its name.
 */
export const createExamples = (
  componentOf: (reference: string) => { readonly name: string; readonly schema: Json },
) => {
  const objectOf = (properties: Json, within: string): Json =>
    Object.fromEntries(
      Object.entries(properties as Record<string, Json>).flatMap(([name, property]) => {
        const example = exampleOf(property, { within, name });
        return example === undefined ? [] : [[name, example]];
      }),
    );

  const builtOf = (schema: Json, place: Place): unknown => {
    const { properties, items, format } = schema;
    const types = new Set([schema['type']].flat());
    if ('const' in schema) return schema['const'];
    if (schema['default'] !== undefined) return schema['default'];
    if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
    if (typeof format === 'string' && format in ofFormat) return ofFormat[format];
    if (types.has('boolean')) return true;
    if (properties !== undefined) return objectOf(properties as Json, place.within);
    if (!types.has('array')) return undefined;
    const element = exampleOf(items as Json, place);
    return element === undefined ? undefined : [element];
  };

  /**
   * The example of a schema; undefined if it has none. A value for this very property comes first,
   * then the schema's own, then one for the property's name in any schema. A value of another type
   * is skipped: it belongs to a property of the same name elsewhere.
   */
  const exampleOf = (schema: Json, place = nowhere): unknown => {
    const { within, name } = place;
    const options = (schema['anyOf'] ?? schema['oneOf'] ?? [schema]) as Json[];
    const isMeant = (value: unknown) => options.some((one) => isMeantFor(one, value));
    const own = valuesOf(`${within}.${name}`).find(isMeant);
    if (own !== undefined) return own;
    if (typeof schema['$ref'] === 'string') {
      const component = componentOf(schema['$ref']);
      const [whole] = valuesOf(component.name);
      return whole ?? exampleOf(component.schema, { within: component.name, name: '' });
    }
    if (Array.isArray(schema['examples'])) return schema['examples'][0] as unknown;
    const isTyped = options.every((one) => !('$ref' in one));
    const byName = isTyped ? valuesOf(name).find(isMeant) : undefined;
    if (byName !== undefined) return byName;
    const option = options.find((one) => !isNull(one)) ?? schema;
    return option === schema ? builtOf(schema, place) : exampleOf(option, place);
  };

  return { exampleOf };
};
