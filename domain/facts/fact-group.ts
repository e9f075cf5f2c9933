import type { Settings } from '../../contracts/settings.js';
import type { History } from '../history.js';
import type { SanitisedTransaction } from '../transaction.js';

/**
 * All that facts are computed from. Lists and evidence join here as further fields, read by further
 * groups of the catalogue; rules see no difference.
 */
export interface FactSource {
  readonly transaction: SanitisedTransaction;
  readonly settings: Settings;
  /** Instant of receipt, fixed once per order, as epoch milliseconds. */
  readonly receivedAtMs: number;
  /** Orders that share a subject with this one, itself included. */
  readonly history: History;
}

export type FactValue = number | boolean | string;

/** One fact as rules see it; `type` is its type in the rule language. */
export interface FactSpec {
  readonly type: 'double' | 'bool' | 'string';
  readonly meaning: string;
  /** The codes that a text fact can have; absent when they cannot be listed. */
  readonly codes?: readonly string[];
}

export const number = (meaning: string) => ({ type: 'double', meaning }) as const;
export const flag = (meaning: string) => ({ type: 'bool', meaning }) as const;
/** A short code, never free text. List its values where they are known: rules are held to them. */
export const code = (meaning: string, codes?: readonly string[]) =>
  ({ type: 'string', meaning, ...(codes && { codes }) }) as const;

interface ValueOf {
  readonly double: number;
  readonly bool: boolean;
  readonly string: string;
}

/** Facts of one subject: total (every fact always has a value) and free of personal text. */
export interface FactGroup {
  readonly specs: Readonly<Record<string, FactSpec>>;
  readonly read: (source: FactSource) => Readonly<Record<string, FactValue>>;
}

/** Ties what a group declares to what it computes: a missing or mistyped fact does not compile. */
export const defineFacts = <S extends Readonly<Record<string, FactSpec>>>(
  specs: S,
  read: (source: FactSource) => { readonly [K in keyof S & string]: ValueOf[S[K]['type']] },
): FactGroup => ({ specs, read });
