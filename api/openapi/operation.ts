import type { z } from 'zod';
import type { Role } from '../../contracts/v1/roles.js';

/** One operation of the HTTP surface, as the OpenAPI document shows it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Roles besides `admin`, and `lead` where `reviewer` is; empty when no key is needed. */
  readonly roles: readonly Role[];
  readonly query?: z.ZodObject;
  /** True where parameters are others' to choose, as a scraper's: none is looked at. */
  readonly takesAnyQuery?: true;
  readonly body?: z.ZodType;
  /** The body's media type when it is not JSON; `body` is then the schema of its text. */
  readonly bodyType?: 'text/csv';
  /** True when the body may be left out. */
  readonly isBodyOptional?: true;
  /** Statuses of success; 200 when left out. */
  readonly success?: readonly (200 | 201 | 204)[];
  /** Where four eyes are, the change may wait for another person: then 202 and a proposal. */
  readonly proposes?: true;
  /** Schema of the answer; absent for an empty body, text for a plain one. */
  readonly answer?: z.ZodType | 'text';
  /** Headers of the answer that carry meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses besides those of success that are particular to this operation. */
  readonly faults: Readonly<Record<number, string>>;
}
