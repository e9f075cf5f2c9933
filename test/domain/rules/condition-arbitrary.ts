import * as fc from 'fast-check';
import { type Facts, factGroups } from '../../../domain/facts/catalogue.js';
import type { FactSpec, FactValue } from '../../../domain/facts/fact-group.js';

const allSpecs: readonly (readonly [name: string, spec: FactSpec])[] = Object.entries(
  factGroups,
).flatMap(([group, { specs }]) =>
  Object.entries(specs).map(([fact, spec]) => [`${group}.${fact}`, spec] as const),
);

const namesOf = (type: FactSpec['type']) =>
  allSpecs.flatMap(([name, spec]) => (spec.type === type ? [name] : []));

const coded = allSpecs.flatMap(([name, { codes }]) =>
  codes === undefined ? [] : [[name, codes] as const],
);

const texts = ['', 'a', 'web', 'match', 'none', 'É', '\u{1f600}', "it's", 'a"b', '\\', '\n'];
const numbers = [0, -0, 0.1, 0.2, 0.3, 1, -1, 3, 100, 187.45, -2.5, 1e9, 1e-9];

const quoted = (text: string): string => JSON.stringify(text);
const decimal = (value: number): string => {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
};

const literalText = fc.constantFrom(...texts).map(quoted);
const literalNumber = fc.constantFrom(...numbers).map(decimal);
const literalWhole = fc.integer({ min: -200, max: 200 }).map(String);
const list = <T extends string>(element: fc.Arbitrary<T>) =>
  fc.array(element, { maxLength: 5 }).map((elements) => `[${elements.join(', ')}]`);

/** `['(', left, ' ', op, ' ', right, ')']` as a text. */
const binary = (left: fc.Arbitrary<string>, ops: readonly string[], right: fc.Arbitrary<string>) =>
  fc.tuple(left, fc.constantFrom(...ops), right).map((parts) => `(${parts.join(' ')})`);

const choice = (test: fc.Arbitrary<string>, branch: fc.Arbitrary<string>) =>
  fc.tuple(test, branch, branch).map(([when, yes, no]) => `(${when} ? ${yes} : ${no})`);

const codeTest = fc.constantFrom(...coded).chain(([name, codes]) => {
  const known = fc.constantFrom(...codes).map(quoted);
  return fc.oneof(
    known.map((code) => `${name} == ${code}`),
    known.map((code) => `${code} != ${name}`),
    list(known).map((some) => `${name} in ${some}`),
  );
});

const ordering = ['<', '<=', '>', '>='];

const { condition } = fc.letrec<Record<'condition' | 'number' | 'text', string>>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...namesOf('double')),
    literalNumber,
    binary(tie('number'), ['+', '-', '*', '/'], tie('number')),
    tie('number').map((operand) => `-(${operand})`),
    choice(tie('condition'), tie('number')),
  ),
  text: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...namesOf('string')),
    literalText,
    binary(tie('text'), ['+'], tie('text')),
    choice(tie('condition'), tie('text')),
  ),
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...namesOf('bool'), 'true', 'false'),
    codeTest,
    binary(tie('number'), [...ordering, '==', '!='], tie('number')),
    binary(tie('number'), ordering, literalWhole),
    binary(literalWhole, ordering, tie('number')),
    binary(choice(tie('condition'), literalWhole), [...ordering, '=='], literalWhole),
    binary(tie('number'), ['in'], list(literalNumber)),
    binary(tie('text'), [...ordering, '==', '!='], tie('text')),
    binary(tie('text'), ['in'], list(literalText)),
    fc
      .tuple(tie('text'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('text'))
      .map(([text, name, part]) => `(${text}).${name}(${part})`),
    tie('condition').map((operand) => `!(${operand})`),
    binary(tie('condition'), ['&&', '||', '==', '!='], tie('condition')),
    binary(tie('condition'), ['&&', '||'], tie('condition')),
    choice(tie('condition'), tie('condition')),
  ),
}));

/** A well-typed condition over the catalogue's facts. */
export const anyCondition = condition;

const valueOf = ({ type, codes }: FactSpec): fc.Arbitrary<FactValue> => {
  if (type === 'double') return fc.constantFrom(...numbers);
  return type === 'bool' ? fc.boolean() : fc.constantFrom(...(codes ?? texts));
};

/** Facts of any order; some groups, and some facts of a group, have no value. */
export const anyFacts: fc.Arbitrary<Facts> = fc.record(
  Object.fromEntries(
    Object.entries(factGroups).map(([group, { specs }]) => {
      const values = Object.fromEntries(
        Object.entries(specs).map(([fact, spec]) => [fact, valueOf(spec)]),
      );
      const some = fc.oneof(
        { weight: 6, arbitrary: fc.record(values) },
        { weight: 1, arbitrary: fc.record(values, { requiredKeys: [] }) },
      );
      return [group, some];
    }),
  ),
  { requiredKeys: ['tx', 'email'] },
) as fc.Arbitrary<Facts>;
