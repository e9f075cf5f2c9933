import { z } from 'zod';
import type { ApiError, ErrorCode } from './errors.js';
import { finish } from './finish.js';
import { type Refusal, refuse } from './refusal.js';
import { shortEnough, type TextKind, textLimits } from './text-limits.js';
import { unknownFieldsOf, wordsOf } from './words.js';

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    '$',
  );

const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value;

/** PostgreSQL text cannot hold NUL, and a lone surrogate has no UTF-8 form. */
export const isStorable = (value: string): boolean =>
  !value.includes('\u0000') && value.isWellFormed();

const notStorable = 'must be well-formed text without NUL';

/** A check of texts that are to be stored. */
export const storable = z.refine<string>(isStorable, notStorable);

/** Text of a kind that can be stored, as it is; it may be empty unless `min` says otherwise. */
export const storableText = (kind: TextKind, min = 0) =>
  z
    .string()
    .min(min)
    .check(storable, shortEnough(kind))
    .meta({ maxLength: textLimits[kind].max, ...(min > 0 && { minLength: min }) });

/** As `storableText`, without the spaces at both ends. */
export const trimmedText = (kind: TextKind, min = 0) =>
  z
    .string()
    .trim()
    .min(min)
    .check(storable, shortEnough(kind))
    .meta({ maxLength: textLimits[kind].max, ...(min > 0 && { minLength: min }) });

const check = <T>(value: unknown, read: (value: unknown) => T | Refusal): T | Refusal => {
  if (value === undefined) return refuse('missing_field', 'is required');
  return typeof value === 'string' && !isStorable(value)
    ? refuse('invalid_value', notStorable)
    : read(value);
};

/**
 * A wire primitive: `read` turns the raw JSON value into its canonical form or refuses it.
 * A missing value and a text that cannot be stored are reported before `read` is called.
 */
export const primitive = <T extends string | number | boolean>(
  jsonSchema: Record<string, unknown>,
  read: (value: unknown) => T | Refusal,
) =>
  z
    .unknown()
    .transform((value, context): T => {
      const result = check(value, read);
      if (!isRefusal(result)) return result;
      context.addIssue({ code: 'custom', message: result.message, params: { code: result.code } });
      return z.NEVER;
    })
    .meta(jsonSchema);

const codeOf = (issue: z.core.$ZodIssue): ErrorCode => {
  if (issue.code === 'custom') return (issue.params?.['code'] as ErrorCode) ?? 'invalid_value';
  if (issue.input === undefined) return 'missing_field';
  if (issue.code === 'invalid_type') return 'invalid_type';
  if (issue.code === 'too_big' && issue.origin === 'string') return 'too_long';
  // Zod's `invalid_value` is a value outside an enum; every other issue is a value out of form.
  return issue.code === 'invalid_value' ? 'invalid_enum' : 'invalid_value';
};

/** The texts of schemas, and `wordsOf` where a schema has none of its own. */
z.config({ customError: wordsOf });

const textsOf = (issue: z.core.$ZodIssue, code: ErrorCode): string[] => {
  if (code === 'missing_field' && issue.code !== 'custom') return ['is required'];
  return issue.code === 'unrecognized_keys' ? unknownFieldsOf(issue.keys) : [issue.message];
};

/** Zod also counts the characters of a text that stands for a list: that is no fault of its own. */
const withoutFollowing = (issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] => {
  const mistyped = new Set(
    issues.flatMap((issue) => (issue.code === 'invalid_type' ? [pathOf(issue.path)] : [])),
  );
  return issues.filter(
    (issue) =>
      (issue.code !== 'too_small' && issue.code !== 'too_big') || !mistyped.has(pathOf(issue.path)),
  );
};

/** Turns a zod failure into the error array of the HTTP surface: one element per fault. */
export const faultsOf = (error: z.ZodError): ApiError[] =>
  withoutFollowing(error.issues).flatMap((issue) => {
    const code = codeOf(issue);
    const path = pathOf(issue.path);
    return textsOf(issue, code).map((text) => ({ error: code, message: `${path} ${text}` }));
  });

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: ApiError[] };

/** No model of ours is nested deeper; what lies below is unknown and dropped anyway. */
const deepestLevel = 12;

/** Drops object keys whose value is null, which the HBC contract reads as absent. */
export const withoutNulls = (value: unknown, level = 0): unknown => {
  if (typeof value !== 'object' || value === null || level > deepestLevel) return value;
  if (Array.isArray(value)) return value.map((element) => withoutNulls(element, level + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === null ? [] : [[key, withoutNulls(inner, level + 1)]],
    ),
  );
};

const parseWhole = <S extends z.ZodType>(schema: S, raw: unknown): Parsed<z.output<S>> => {
  const result = schema.safeParse(withoutNulls(raw), { reportInput: true });
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, faults: faultsOf(result.error) };
};

/** Elements of a list that are looked at together; all their faults are told. */
const elementsAtOnce = 50;

/** No list that is a whole body may be longer; of one that is, only this is told. */
const partedMax = 1000;

/** The field of a value that is a long list, and the schema of how many elements it may have. */
export interface ListField {
  readonly name: string;
  readonly count: z.ZodType;
}

/** A list and the value that it is part of. */
interface LongList {
  readonly elements: readonly unknown[];
  /** The path of the list. */
  readonly path: string;
  readonly withElements: (elements: readonly unknown[]) => unknown;
}

const longListOf = (raw: unknown, name?: string): LongList | undefined => {
  if (name === undefined) {
    return Array.isArray(raw)
      ? { elements: raw as unknown[], path: '$', withElements: (elements) => elements }
      : undefined;
  }
  if (typeof raw !== 'object' || raw === null) return undefined;
  const elements = (raw as Readonly<Record<string, unknown>>)[name];
  if (!Object.hasOwn(raw, name) || !Array.isArray(elements)) return undefined;
  return { elements, path: `$.${name}`, withElements: (some) => ({ ...raw, [name]: some }) };
};

/** The faults of a part of a list, told of the places in the whole. */
const shifted = (faults: readonly ApiError[], path: string, by: number): ApiError[] => {
  const start = `${path}[`;
  return faults.map((fault) => {
    if (!fault.message.startsWith(start)) return fault;
    const rest = fault.message.slice(start.length);
    const index = Number.parseInt(rest, 10);
    return { ...fault, message: `${start}${index + by}${rest.slice(String(index).length)}` };
  });
};

const countFaultsOf = ({ name, count }: ListField, length: number): ApiError[] => {
  // Only how many there are is looked at, whatever they are.
  const counted = parseWhole(z.object({ [name]: count }), { [name]: Array(length).fill(0) });
  return counted.ok ? [] : counted.faults;
};

/** A value whose list was parsed in parts: each part has all that is beside the list. */
const joined = <T>(parts: readonly T[], name: string): T => {
  const elements = parts.flatMap((part) => (part as Record<string, unknown[]>)[name] ?? []);
  return Object.assign({}, parts[0], { [name]: elements });
};

/**
 * Parses a JSON value with null read as absent; faults name the path and never the value. A value
 * that is a long list, or has one as its field `list`, is parsed in parts, and what is wrong in the
 * first part that has faults is told: of thousands of wrong elements nobody needs all faults, and
 * to find them takes longer than others can wait. It stops after each part, so that others can have
 * a turn. No check of the schema may span the elements of `list`: it would see one part of them.
 */
export function* parseWireInParts<S extends z.ZodType>(
  schema: S,
  raw: unknown,
  list?: ListField,
): Generator<undefined, Parsed<z.output<S>>> {
  const found = longListOf(raw, list?.name);
  const count = found?.elements.length ?? 0;
  if (found === undefined || count <= elementsAtOnce || (list === undefined && count > partedMax)) {
    return parseWhole(schema, raw);
  }
  const countFaults = list === undefined ? [] : countFaultsOf(list, count);
  if (countFaults.length > 0) return { ok: false, faults: countFaults };
  const parts: z.output<S>[] = [];
  for (let from = 0; from < count; from += elementsAtOnce) {
    const some = found.elements.slice(from, from + elementsAtOnce);
    const part = parseWhole(schema, found.withElements(some));
    if (!part.ok) return { ok: false, faults: shifted(part.faults, found.path, from) };
    parts.push(part.value);
    yield;
  }
  if (list === undefined) return parseWhole(schema, raw);
  return { ok: true, value: joined(parts, list.name) };
}

/** `parseWireInParts` without a stop. */
export const parseWire = <S extends z.ZodType>(
  schema: S,
  raw: unknown,
  list?: ListField,
): Parsed<z.output<S>> => finish(parseWireInParts(schema, raw, list));
