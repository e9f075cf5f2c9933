import type { Settings } from '../../contracts/settings.js';
import type { Evidence } from '../evidence.js';
import type { History, HistoryRow, Window } from '../history.js';
import type { FactForm } from './fact-form.js';
import type { Listing } from '../listing.js';
import type { Lookups } from '../lookups.js';
import type { SanitisedTransaction } from '../transaction.js';

/** The inputs of all facts. Data that was not loaded is undefined, and its facts are absent. */
export interface FactSource {
  readonly transaction: SanitisedTransaction;
  readonly settings: Settings;
  /** Time of receipt, fixed once per order, as epoch milliseconds. */
  readonly receivedAtMs: number;
  readonly lookups: Lookups;
  /** Orders that share a subject with this one, this one included. */
  readonly history: History | undefined;
  /** List entries that match a subject of the order. */
  readonly listings: readonly Listing[] | undefined;
  readonly evidence: readonly Evidence[] | undefined;
}

/** Data that a group needs besides the transaction, the settings and the mounted tables. */
export type FactNeed = 'history' | 'listings' | 'evidence';

export type FactValue = number | boolean | string;

/** The declaration of one fact; `type` is its type in the rule language. */
export interface FactSpec {
  readonly type: 'double' | 'bool' | 'string';
  readonly meaning: string;
  /** All values of a text fact; absent when they cannot be listed. */
  readonly codes?: readonly string[];
  /** The form of its values when they cannot be listed. */
  readonly form?: FactForm;
  /** Possible values besides those of the form. */
  readonly besides?: readonly string[];
  /** Inclusive bounds of a number, where its meaning sets any. */
  readonly min?: number;
  readonly max?: number;
  /** A whole number, for example a count. */
  readonly whole?: boolean;
  /**
   * The fact is fixed at `at` while the fact named by `while`, which has few values, equals `is`.
   */
  readonly fixed?: { readonly while: string; readonly is: string | boolean; readonly at: number };
}

export const number = (
  meaning: string,
  ends: Pick<FactSpec, 'min' | 'max' | 'whole' | 'fixed'> = {},
) => ({ type: 'double', meaning, ...ends }) as const;
/** A sum or distance, never negative. */
export const amountOf = (meaning: string) => number(meaning, { min: 0 });
/** A count: whole and never negative. */
export const countOf = (meaning: string) => number(meaning, { min: 0, whole: true });
export const flag = (meaning: string) => ({ type: 'bool', meaning }) as const;
/**
 * A short code, never free text. List its values where they are known: the rule check uses them.
 */
export const code = (meaning: string, codes?: readonly string[]) =>
  ({ type: 'string', meaning, ...(codes && { codes }) }) as const;
/** A code of a known form, or one of a few other words. */
export const formed = (meaning: string, form: FactForm, besides: readonly string[] = []) =>
  ({ type: 'string', meaning, form, besides }) as const;

interface ValueOf {
  readonly double: number;
  readonly bool: boolean;
  readonly string: string;
}

/** The orders that a counting fact counted: all in its window, the order itself included. */
export interface Counted {
  readonly window: Window;
  readonly rows: readonly HistoryRow[];
}

/** A source with the loaded data that the group needs. */
export type SourceWith<N extends FactNeed> = FactSource & {
  readonly [K in N]: NonNullable<FactSource[K]>;
};

/**
 * A group of related facts. It is total (every fact always has a value) and returns no personal
 * text.
 */
export interface FactGroup {
  readonly specs: Readonly<Record<string, FactSpec>>;
  readonly needs: readonly FactNeed[];
  readonly read: (source: FactSource) => Readonly<Record<string, FactValue>>;
  /** The orders that a fact of this group counted; undefined for a fact that counts none. */
  readonly counted?: (fact: string, source: FactSource) => Counted | undefined;
}

type Specs = Readonly<Record<string, FactSpec>>;
type Values<S extends Specs> = { readonly [K in keyof S & string]: ValueOf[S[K]['type']] };

/** Ties the computed values to the declared specs: a missing or mistyped fact does not compile. */
export const defineFacts = <S extends Specs>(
  specs: S,
  read: (source: FactSource) => Values<S>,
): FactGroup => ({ specs, needs: [], read });

/**
 * As `defineFacts`, for facts that need loaded data. Without it the group is absent, so that a rule
 * that reads it is errored instead of silently not tripping.
 */
export const defineFactsWith = <S extends Specs, N extends FactNeed>(
  needs: readonly N[],
  specs: S,
  read: (source: SourceWith<N>) => Values<S>,
  counted?: (fact: keyof S & string, source: SourceWith<N>) => Counted | undefined,
): FactGroup => ({
  specs,
  needs,
  read: (source) => read(source as SourceWith<N>),
  ...(counted && {
    counted: (fact: string, source: FactSource) => counted(fact, source as SourceWith<N>),
  }),
});
