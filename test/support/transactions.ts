import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseTransaction, type Transaction } from '../../contracts/hbc/transaction.js';
import { sanitiseTransaction } from '../../domain/sanitise.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';

/** The time of receipt of the clean example: 21 November 2026, noon UTC. */
export const exampleReceivedAtMs = Date.UTC(2026, 10, 21, 12);

export type Json = Record<string, unknown>;

/** Objects are merged, arrays and scalars replaced; `undefined` removes a field. */
export type Overrides<T> = {
  [K in keyof T]?: T[K] extends readonly unknown[] | undefined
    ? T[K] | undefined
    : T[K] extends object | undefined
      ? Overrides<NonNullable<T[K]>> | undefined
      : T[K] | undefined;
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const merge = (base: unknown, overrides: unknown): unknown => {
  if (!isObject(base) || !isObject(overrides)) return overrides;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(overrides)])];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = key in overrides ? merge(base[key], overrides[key]) : base[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
};

/** A JSON body with overrides: objects are merged, arrays and scalars replaced. */
export const withOverrides = (body: Json, overrides: Json): Json => merge(body, overrides) as Json;

/** The JSON body that a shop posts, with overrides; it still has the card number and CVV. */
export const exampleBody = (overrides: Json = {}): Json =>
  merge(
    JSON.parse(readFileSync(new URL('hbc-transaction.json', import.meta.url), 'utf8')),
    overrides,
  ) as Json;

/** The example as the edge parses it: without the CVV, but still with the card number. */
export const parsedExample = (overrides: Overrides<Transaction> = {}): Transaction => {
  const parsed = parseTransaction(exampleBody(overrides));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.value;
};

const fakeToken = (purpose: string, pan: string): string =>
  createHash('sha256').update(`${purpose}:${pan}`).digest('hex');

/** The sanitised example, with placeholders for the keyed tokens. */
export const exampleTransaction = (overrides: Overrides<Transaction> = {}): SanitisedTransaction =>
  sanitiseTransaction(parsedExample(overrides), (pan) => ({
    tokens: { 'test-key': fakeToken('token', pan) },
    tokenKeyId: 'test-key',
    sardineCardId: fakeToken('sardine', pan),
    walletId: '6f9619ff-8b86-5d01-b42d-00cf4fc964ff',
  }));

/** Lines derived from the example's first one. */
export const exampleItems = (...overrides: Overrides<Transaction['items'][number]>[]) => {
  const [first] = parsedExample().items;
  return overrides.map((override) => merge(first, override) as Transaction['items'][number]);
};
