import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import type { CardTokens } from '../domain/sanitise.js';
import type { SubjectKind } from '../domain/subjects.js';

/** Who acts, as named in the audit trail. */
export interface Actor {
  /** `reviewer:alice`, `oms:checkout`, or `system`. */
  readonly name: string;
}

export const system: Actor = { name: 'system' };

/** Encrypts text for Postgres. `context` ties it to its row and must be the same when opening. */
export interface Vault {
  readonly seal: (text: string, context: string) => Buffer;
  /** Throws when the key is unknown or the content was altered. */
  readonly open: (sealed: Buffer, context: string) => string;
}

/** Keyed hashes of personal values. */
export interface Tokeniser {
  readonly cardTokens: (pan: string) => CardTokens;
  /** By key id, for every live key. */
  readonly subjectTokens: (
    kind:
      | SubjectKind
      | 'name'
      | 'postal'
      | 'domain'
      | 'house'
      | 'salesRep'
      | 'card_digits'
      | 'store'
      | 'imported_card',
    value: string,
  ) => Readonly<Record<string, string>>;
  /** Undefined when the key with this id has been retired. */
  readonly contentHash: (keyId: string, canonical: string) => Buffer | undefined;
  readonly currentKeyId: string;
}

/** The parts of a context besides the database. */
interface Parts {
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly settings: Settings;
  /** Who acts. */
  readonly actor: Actor;
  /** The instant of the call: all its effects have this time. */
  readonly now: Date;
}

/**
 * The context of one call of a service: the database and the parts that the service names. A
 * service that opens its own database transaction takes a `Pool`; one that runs in its caller's
 * takes either. Parts that few services need, they name themselves.
 */
export type Context<Part extends keyof Parts = never, Db extends Queryable = Queryable> = {
  readonly db: Db;
} & Pick<Parts, Part>;

/** Builds the context of a call at the present instant from a process's dependencies. */
export const atPresent = <Deps extends { readonly now: () => Date }>(
  deps: Deps,
): Omit<Deps, 'now'> & { readonly now: Date } => ({ ...deps, now: deps.now() });

/** As `atPresent`, with an actor. */
export const acting = <Deps extends { readonly now: () => Date }, Who extends Actor>(
  deps: Deps,
  actor: Who,
): Omit<Deps, 'now'> & { readonly now: Date; readonly actor: Who } => ({
  ...atPresent(deps),
  actor,
});

/**
 * The instant of a change that follows another: always later than `before`, whatever the clocks of
 * two processes say and however long one waited.
 */
export const later = (now: Date, before: Date | null | undefined): Date =>
  before === null || before === undefined || now > before ? now : new Date(before.getTime() + 1);
