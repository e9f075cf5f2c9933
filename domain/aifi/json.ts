import { ownValue } from '../own-value.js';

/** Any JSON value. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** True for a JSON object, not for an array or null. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object under `name`; an empty one for any other value. */
export const objectAt = (value: JsonObject, name: string): JsonObject => {
  const found = ownValue(value, name);
  return isObject(found) ? found : {};
};

/** The trimmed text under `name`; a number as its digits; undefined when blank. */
export const textAt = (value: JsonObject, name: string): string | undefined => {
  const found = ownValue(value, name);
  const text = typeof found === 'number' ? String(found) : found;
  const trimmed = typeof text === 'string' ? text.trim() : '';
  return trimmed === '' ? undefined : trimmed;
};
