import type { z } from 'zod';

/** The environment variables of a partner. */
export interface PartnerEnvironment {
  /** Variable of the partner's base URL. Without a value the partner is never asked. */
  readonly url: string;
  /** Variables by name with their form. All are required when the URL is set. */
  readonly texts: Readonly<Record<string, z.ZodType<string>>>;
  /** As `texts`, for secrets; each may come from a file. */
  readonly secrets: Readonly<Record<string, z.ZodType<string>>>;
}

/**
 * Everything about a voting partner except its client, which `partners/registry.ts` adds. Its
 * policy has at least `enabled`, and `votes` from each of the partner's labels to an outcome.
 */
export interface PartnerDeclaration {
  /** The name that people see. */
  readonly title: string;
  readonly environment: PartnerEnvironment;
  /**
   * True: orders mention the partner only where it is configured, and `npm start` simulates it only
   * on request. False: without configuration, each order records that it was not asked.
   */
  readonly isOptional: boolean;
  /** Its group in `config/verdict.yaml`. */
  readonly settings: z.ZodType;
  /** Settings without a default that are required when its URL is set. */
  readonly neededSettings: readonly string[];
  /** Its group in a banner's policy. */
  readonly policy: z.ZodType;
}

/** The values of a partner's environment variables. */
export interface PartnerAccess {
  /** Without a trailing slash. */
  readonly url: string;
  readonly texts: Readonly<Record<string, string>>;
  /** Only the code that sends a secret reveals it. */
  readonly secrets: Readonly<Record<string, { readonly reveal: () => string }>>;
}
