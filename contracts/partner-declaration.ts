import type { z } from 'zod';

/** What a process is told of a partner from outside. */
export interface PartnerEnvironment {
  /** Names the partner's base URL; without one the partner is never asked. */
  readonly url: string;
  /** What goes with the URL, by name and by form; all of it is needed where the URL is set. */
  readonly texts: Readonly<Record<string, z.ZodType<string>>>;
  /** The same for what must never be shown; each may come as a file. */
  readonly secrets: Readonly<Record<string, z.ZodType<string>>>;
}

/**
 * What there is to say of a voting partner without its client: `partners/registry.ts` adds that.
 * Its policy has at least `enabled`, and `votes` from each of the partner's words to an outcome.
 */
export interface PartnerDeclaration {
  /** As people read it. */
  readonly title: string;
  readonly environment: PartnerEnvironment;
  /**
   * True: orders know of the partner only where it is set up, and `npm start` does not simulate it
   * unasked. False: where it is not set up, each order notes that it was not asked.
   */
  readonly isOptional: boolean;
  /** Its group in `config/verdict.yaml`. */
  readonly settings: z.ZodType;
  /** Settings without a default that it needs where its URL is set. */
  readonly neededSettings: readonly string[];
  /** Its group in a banner's policy. */
  readonly policy: z.ZodType;
}

/** How a process reaches a partner: the values that the declaration's environment names. */
export interface PartnerAccess {
  /** Without a trailing slash. */
  readonly url: string;
  readonly texts: Readonly<Record<string, string>>;
  /** Shown only to the one place that sends them. */
  readonly secrets: Readonly<Record<string, { readonly reveal: () => string }>>;
}
