import { z } from 'zod';
import type { ApiError, ErrorCode } from './errors.js';
import { finish } from './finish.js';
import { type Refusal, refuse } from './refusal.js';
import { shortEnough, type TextKind, textLimits } from './text-limits.js';
import { stepOf, unknownFieldsOf, wordsOf } from './words.js';

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${stepOf(key)}`),
    '$',
  );

const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value;

/** PostgreSQL text cannot hold NUL, and a lone surrogate has no UTF-8 form. */
export const isStorable = (value: string): boolean =>
  !value.includes('\u0000') && value.isWellFormed();

const notStorable = 'must be well-formed text without NUL';

/** Rejects texts that Postgres cannot store. */
export const storable = z.refine<string>(isStorable, notStorable);

/** A storable text of a kind, unchanged; it may be empty unless `min` is given. */
export const storableText = (kind: TextKind, min = 0) =>
  z
    .string()
    .min(min)
    .check(storable, shortEnough(kind))
    .meta({ maxLength: textLimits[kind].max, ...(min > 0 && { minLength: min }) });

/** As `storableText`, trimmed. */
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

interface PrimitiveDef extends z.core.$ZodUnknownDef {
  readonly read: (value: unknown) => unknown;
}

/**
 * The type of wire primitives. An order has about a hundred values, and zod's own way, a
 * transform, makes three objects and five calls for each.
 */
const Primitive = z.core.$constructor<z.ZodUnknown, PrimitiveDef>('Primitive', (schema, def) => {
  z.ZodUnknown.init(schema, def);
  schema._zod.parse = (payload) => {
    const result = check(payload.value, def.read);
    if (isRefusal(result)) {
      const { code, message } = result;
      payload.issues.push({
        ...{ code: 'custom', input: payload.value, inst: schema },
        ...{ message, params: { code } },
      });
    } else {
      payload.value = result;
    }
    return payload;
  };
});

/**
 * A wire primitive: `read` converts the raw JSON value to its canonical form or refuses it. Missing
 * values and texts that cannot be stored are reported before `read` runs.
 */
export const primitive = <T extends string | number | boolean>(
  jsonSchema: Record<string, unknown>,
  read: (value: unknown) => T | Refusal,
): z.ZodType<T> =>
  new Primitive({ type: 'unknown', read }).meta(jsonSchema) as unknown as z.ZodType<T>;

const codeOf = (issue: z.core.$ZodIssue): ErrorCode => {
  if (issue.code === 'custom') return (issue.params?.['code'] as ErrorCode) ?? 'invalid_value';
  if (issue.input === undefined) return 'missing_field';
  if (issue.code === 'invalid_type') return 'invalid_type';
  if (issue.code === 'too_big' && issue.origin === 'string') return 'too_long';
  // Zod's `invalid_value` is a value outside an enum; every other issue is a malformed value.
  return issue.code === 'invalid_value' ? 'invalid_enum' : 'invalid_value';
};

/** Error texts: the schema's own, else those of `wordsOf`. */
z.config({ customError: wordsOf });

const textsOf = (issue: z.core.$ZodIssue, code: ErrorCode): string[] => {
  if (code === 'missing_field' && issue.code !== 'custom') return ['is required'];
  return issue.code === 'unrecognized_keys' ? unknownFieldsOf(issue.keys) : [issue.message];
};

/**
 * When a text stands where a list belongs, zod also reports its length: that is no separate fault.
 */
const withoutFollowing = (issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] => {
  const mistyped = new Set(
    issues.flatMap((issue) => (issue.code === 'invalid_type' ? [pathOf(issue.path)] : [])),
  );
  return issues.filter(
    (issue) =>
      (issue.code !== 'too_small' && issue.code !== 'too_big') || !mistyped.has(pathOf(issue.path)),
  );
};

/** Converts a zod error to the error array of the HTTP API: one element per fault. */
export const faultsOf = (error: z.ZodError): ApiError[] =>
  withoutFollowing(error.issues).flatMap((issue) => {
    const code = codeOf(issue);
    const path = pathOf(issue.path);
    return textsOf(issue, code).map((text) => ({ error: code, message: `${path} ${text}` }));
  });

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: ApiError[] };

/** No model is nested deeper; anything below is unknown and dropped anyway. */
const deepestLevel = 12;

/**
 * Zod compares the `length` of whatever stands for a text or a list. Comparing an object calls its
 * `toString`, which need not be a function. No model has an object of that name.
 */
const isLengthObject = (key: string, value: unknown): boolean =>
  key === 'length' && typeof value === 'object';

/** Whether `withoutNulls` changes the value. Hardly any order has a null. */
const hasNulls = (value: unknown, level = 0): boolean => {
  if (typeof value !== 'object' || value === null || level > deepestLevel) return false;
  if (Array.isArray(value)) return value.some((element) => hasNulls(element, level + 1));
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || isLengthObject(key, inner) || hasNulls(inner, level + 1)) return true;
  }
  return false;
};

/** Drops object keys with a null value, which the HBC contract reads as absent. */
export const withoutNulls = (value: unknown, level = 0): unknown => {
  if (typeof value !== 'object' || value === null || level > deepestLevel) return value;
  if (Array.isArray(value)) return value.map((element) => withoutNulls(element, level + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (inner === null) return [];
      return [[key, isLengthObject(key, inner) ? true : withoutNulls(inner, level + 1)]];
    }),
  );
};

const parseWhole = <S extends z.ZodType>(schema: S, raw: unknown): Parsed<z.output<S>> => {
  const given = hasNulls(raw) ? withoutNulls(raw) : raw;
  const result = schema.safeParse(given, { reportInput: true });
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, faults: faultsOf(result.error) };
};

/** Elements of a list parsed per part. All faults of a part are reported. */
const elementsAtOnce = 50;

/** The longest list that may be a whole body. A longer one gets this fault only. */
const partedMax = 1000;

/** The field of a value that holds a long list, and a schema of the allowed number of elements. */
export interface ListField {
  readonly name: string;
  readonly count: z.ZodType;
}

/** A list with the value that contains it. */
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

/** Moves the faults of a part to their positions in the whole list. */
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
  // Checks only the number of elements, not the elements.
  const counted = parseWhole(z.object({ [name]: count }), { [name]: Array(length).fill(0) });
  return counted.ok ? [] : counted.faults;
};

/** Joins the parts of a list; each part carries all other fields of the value. */
const joined = <T>(parts: readonly T[], name: string): T => {
  const elements = parts.flatMap((part) => (part as Record<string, unknown[]>)[name] ?? []);
  return Object.assign({}, parts[0], { [name]: elements });
};

/**
 * Parses a JSON value, with null read as absent; faults name the path and never the value. A long
 * list (the value itself or its field `list`) is parsed in parts, and only the first part with
 * faults is reported. It yields after each part, so that a long list does not block the event loop.
 * No check may span elements of `list`: it would see one part only.
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

/** `parseWireInParts`, run to its end without yielding. */
export const parseWire = <S extends z.ZodType>(
  schema: S,
  raw: unknown,
  list?: ListField,
): Parsed<z.output<S>> => finish(parseWireInParts(schema, raw, list));
