import type { Settings } from '../../contracts/settings.js';
import type { Evidence } from '../evidence.js';
import type { History, HistoryRow, Window } from '../history.js';
import type { FactForm } from './fact-form.js';
import type { Listing } from '../listing.js';
import type { Lookups } from '../lookups.js';
import type { SanitisedTransaction } from '../transaction.js';

/** All that facts are computed from. What was not loaded is undefined: its facts are absent. */
export interface FactSource {
  readonly transaction: SanitisedTransaction;
  readonly settings: Settings;
  /** Instant of receipt, fixed once per order, as epoch milliseconds. */
  readonly receivedAtMs: number;
  readonly lookups: Lookups;
  /** Orders that share a subject with this one, itself included. */
  readonly history: History | undefined;
  /** Entries of lists that name something of the order. */
  readonly listings: readonly Listing[] | undefined;
  readonly evidence: readonly Evidence[] | undefined;
}

/** What a group needs besides the transaction, the settings and the mounted tables. */
export type FactNeed = 'history' | 'listings' | 'evidence';

export type FactValue = number | boolean | string;

/** One fact as rules see it; `type` is its type in the rule language. */
export interface FactSpec {
  readonly type: 'double' | 'bool' | 'string';
  readonly meaning: string;
  /** The codes that a text fact can have; absent when they cannot be listed. */
  readonly codes?: readonly string[];
  /** What its values look like when they cannot be listed. */
  readonly form?: FactForm;
  /** Values that it can have besides those of the form. */
  readonly besides?: readonly string[];
  /** The ends of a number, where its meaning sets any; both are possible values. */
  readonly min?: number;
  readonly max?: number;
  /** A number without fraction, as counts are. */
  readonly whole?: boolean;
  /** The one value that it has while another fact, of few values, has a certain one. */
  readonly fixed?: { readonly while: string; readonly is: string | boolean; readonly at: number };
}

export const number = (
  meaning: string,
  ends: Pick<FactSpec, 'min' | 'max' | 'whole' | 'fixed'> = {},
) => ({ type: 'double', meaning, ...ends }) as const;
/** A sum or distance that is never negative. */
export const amountOf = (meaning: string) => number(meaning, { min: 0 });
/** How many there are of something. */
export const countOf = (meaning: string) => number(meaning, { min: 0, whole: true });
export const flag = (meaning: string) => ({ type: 'bool', meaning }) as const;
/** A short code, never free text. List its values where they are known: rules are held to them. */
export const code = (meaning: string, codes?: readonly string[]) =>
  ({ type: 'string', meaning, ...(codes && { codes }) }) as const;
/** A code of a known form, or one of a few words besides. */
export const formed = (meaning: string, form: FactForm, besides: readonly string[] = []) =>
  ({ type: 'string', meaning, form, besides }) as const;

interface ValueOf {
  readonly double: number;
  readonly bool: boolean;
  readonly string: string;
}

/** The orders behind a fact that counts: all within the window, the order itself included. */
export interface Counted {
  readonly window: Window;
  readonly rows: readonly HistoryRow[];
}

/** A source in which what the group needs was loaded. */
export type SourceWith<N extends FactNeed> = FactSource & {
  readonly [K in N]: NonNullable<FactSource[K]>;
};

/** Facts of one subject: total (every fact always has a value) and free of personal text. */
export interface FactGroup {
  readonly specs: Readonly<Record<string, FactSpec>>;
  readonly needs: readonly FactNeed[];
  readonly read: (source: FactSource) => Readonly<Record<string, FactValue>>;
  /** The orders counted for a fact of this group; undefined for a fact that counts none. */
  readonly counted?: (fact: string, source: FactSource) => Counted | undefined;
}

type Specs = Readonly<Record<string, FactSpec>>;
type Values<S extends Specs> = { readonly [K in keyof S & string]: ValueOf[S[K]['type']] };

/** Ties what a group declares to what it computes: a missing or mistyped fact does not compile. */
export const defineFacts = <S extends Specs>(
  specs: S,
  read: (source: FactSource) => Values<S>,
): FactGroup => ({ specs, needs: [], read });

/**
 * The same for facts that need what may not have been loaded; the group is then absent, so that a
 * rule that reads it is errored and never silent.
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
