import type { Settings } from '../contracts/settings.js';
import type { Queryable } from '../db/pool.js';
import type { CardTokens } from '../domain/sanitise.js';
import type { SubjectKind } from '../domain/subjects.js';

/** Who does something, as it stands in the audit trail. */
export interface Actor {
  /** `reviewer:alice`, `oms:checkout`, or `system`. */
  readonly name: string;
}

export const system: Actor = { name: 'system' };

/** Seals text for Postgres; `context` ties it to its row and must be the same when opening. */
export interface Vault {
  readonly seal: (text: string, context: string) => Buffer;
  /** Throws when the key is unknown or the content was altered. */
  readonly open: (sealed: Buffer, context: string) => string;
}

/** Keyed one-way functions over personal values. */
export interface Tokeniser {
  readonly cardTokens: (pan: string) => CardTokens;
  /** By key id, for every live key. */
  readonly subjectTokens: (
    kind: SubjectKind | 'name' | 'postal' | 'salesRep' | 'card_digits' | 'store',
    value: string,
  ) => Readonly<Record<string, string>>;
  /** Undefined when the key with this id has been retired. */
  readonly contentHash: (keyId: string, canonical: string) => Buffer | undefined;
  readonly currentKeyId: string;
}

/** What a service may need besides the database. */
interface Parts {
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
  readonly settings: Settings;
  /** Who acts. */
  readonly actor: Actor;
  /** When the call is made: all of it happens at this one instant. */
  readonly now: Date;
}

/**
 * What one call of a service works with: the database and the parts that the service names. One
 * that opens a database transaction of its own asks for a `Pool`; one that is part of its caller's
 * takes either. What few services need, such as the reader of rule texts, they name themselves.
 */
export type Context<Part extends keyof Parts = never, Db extends Queryable = Queryable> = {
  readonly db: Db;
} & Pick<Parts, Part>;

/** The context of a call that is made now, out of what a process has. */
export const atPresent = <Deps extends { readonly now: () => Date }>(
  deps: Deps,
): Omit<Deps, 'now'> & { readonly now: Date } => ({ ...deps, now: deps.now() });

/** The same of a call that somebody makes. */
export const acting = <Deps extends { readonly now: () => Date }, Who extends Actor>(
  deps: Deps,
  actor: Who,
): Omit<Deps, 'now'> & { readonly now: Date; readonly actor: Who } => ({
  ...atPresent(deps),
  actor,
});

/**
 * The instant of a change that comes after another one: never the same and never before it,
 * whatever the clocks of two processes say, and however long one of them waited for its turn.
 */
export const later = (now: Date, before: Date | null | undefined): Date =>
  before === null || before === undefined || now > before ? now : new Date(before.getTime() + 1);
