import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { ErrorCode } from '../contracts/errors.js';
import { storable } from '../contracts/faults.js';
import { uuid } from '../contracts/hbc/primitives.js';
import type { Proposal } from '../contracts/v1/proposals.js';
import type { Role } from '../contracts/v1/roles.js';
import type { Authenticate } from './authorise.js';
import type { ApiContext, CallContext } from './context.js';
import type { ApiEnv } from './deps.js';
import { fault, type HttpFault } from './faults.js';

/** A place of a path: how it is read, and the 404 for a text that can name nothing. */
export interface PathPart<T = unknown> {
  readonly description: string;
  readonly schema: z.ZodType<T>;
  readonly missing: () => HttpFault;
}

/** A place of a path. `what` is what a text that names nothing is answered. */
export const pathPart = <T>(
  schema: z.ZodType<T>,
  description: string,
  what: string,
  code: ErrorCode = 'not_found',
): PathPart<T> => ({ description, schema, missing: () => fault(404, code, what) });

/** What was looked for. Throws what `missing` makes where there is none. */
export const found = <T>(value: T | undefined, missing: () => HttpFault): T => {
  if (value === undefined) throw missing();
  return value;
};

/** The id of something of ours, in lower case. */
export const idPart = (description: string, what: string) => pathPart(uuid, description, what);

/** What cannot be stored can be no order's id either. */
export const transactionPart = pathPart(
  z.string().check(storable),
  "The transaction's id, as an answer gave it.",
  'no such transaction',
  'unknown_transaction',
);

/** An answer that is no JSON: its media type, and a line or two of it. */
export interface TextAnswer {
  readonly mediaType: string;
  readonly description: string;
  readonly example?: string;
}

/** An answer of another status than the operation's first one. */
export class Reply<T> {
  readonly status: ContentfulStatusCode;
  readonly value: T;

  constructor(status: ContentfulStatusCode, value: T) {
    this.status = status;
    this.value = value;
  }
}

/** The answer where a change waits for another person. */
export const proposed = ({ proposal }: { readonly proposal: Proposal }) => new Reply(202, proposal);

type Params = Readonly<Record<string, PathPart>>;
type Nothing = z.ZodObject<Record<string, never>>;

/** Services answer with what nobody may change; an answer only has to have the form. */
type Answerable<T> = T extends readonly (infer E)[]
  ? readonly Answerable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Answerable<T[K]> }
    : T;

type AnswerOf<A> = A extends z.ZodType ? Answerable<z.output<A>> : never;

/** A request, parsed and let in. */
export interface Asked<Q extends z.ZodType, B extends z.ZodType, P extends Params> {
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly params: { readonly [K in keyof P]: z.output<P[K]['schema']> };
  readonly c: Context<ApiEnv>;
}

/** What an operation may ask for besides its own declaration. */
export interface Tools {
  readonly context: ApiContext;
  readonly authenticate: Authenticate;
}

/** What every operation of the HTTP surface says of itself: mounted and documented by it alone. */
interface Common {
  /** One sentence. */
  readonly summary: string;
  /** What else a caller should know. */
  readonly description?: string;
  /** Roles besides `admin`, and `lead` where `reviewer` is; empty when no key is needed. */
  readonly roles: readonly Role[];
  /** True where parameters are others' to choose, as a scraper's: none is looked at. */
  readonly takesAnyQuery?: true;
  /** The body's media type when it is not JSON; `body` is then the schema of its text. */
  readonly bodyType?: 'text/csv';
  /** True when the body may be left out. */
  readonly isBodyOptional?: true;
  /** A body that `handle` reads itself, by rules of its own; it is only shown. */
  readonly ownBody?: z.ZodType;
  /** Bodies that are taken as they are; a test sends each of them. */
  readonly examples?: Readonly<Record<string, unknown>>;
  /** What is answered, by status; where there are several, `handle` returns a `Reply`. */
  readonly returns: string | Readonly<Record<number, string>>;
  /** Where four eyes are, the change may wait for another person: then 202 and a proposal. */
  readonly proposes?: true;
  /** Headers of the answer that carry meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Faults besides those that follow from what is declared, or in other words than theirs. */
  readonly faults?: Readonly<Record<number, string>>;
  /** Lets callers in instead of the check of `roles`. */
  readonly admit?: (tools: Tools) => MiddlewareHandler<ApiEnv>;
  /** A pattern that `admit` stands before, whatever the method; else before this operation. */
  readonly admitAt?: string;
  /** True where the caller waits for a decision: answered in time, or 503. */
  readonly hasDeadline?: true;
  /** Mounts what belongs to it and is no operation by itself, such as the files of a page. */
  readonly mountFiles?: (app: Hono<ApiEnv>) => void;
}

interface Declared<
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType | TextAnswer | undefined,
  P extends Params,
> extends Common {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Left out for an empty answer. */
  readonly answer?: A;
  /**
   * Does it. What it returns is sent as JSON; a `Reply` with its status, a `Response` as it is.
   * Throws `HttpFault`.
   */
  readonly handle: (
    context: CallContext,
    asked: Asked<Q, B, P>,
  ) => HandlerResult<A> | Promise<HandlerResult<A>>;
}

type Untagged = Omit<Operation, 'tag'>;

type HandlerResult<A> = A extends undefined
  ? void | Response
  : AnswerOf<A> | Reply<AnswerOf<A>> | Reply<Answerable<Proposal>> | Response;

/** An operation whose types have been checked. */
export interface Operation extends Common {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly tag: string;
  readonly params?: Params;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType | TextAnswer;
  readonly handle: (
    context: CallContext,
    asked: Asked<z.ZodType, z.ZodType, Params>,
  ) => Promise<unknown>;
}

/** The names that stand in a path. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** What the names of a path have to be, and no others. */
type PartsOf<Path extends string> =
  NamesIn<Path> extends never
    ? { readonly params?: never }
    : { readonly params: { readonly [K in NamesIn<Path>]: PathPart } };

const declarer =
  (method: Operation['method']) =>
  <
    Path extends string,
    Q extends z.ZodObject = Nothing,
    B extends z.ZodType = z.ZodUndefined,
    A extends z.ZodType | TextAnswer | undefined = undefined,
    P extends Params = Record<string, never>,
  >(
    path: Path,
    declared: Declared<Q, B, A, P> & PartsOf<Path>,
  ): Untagged =>
    ({ ...declared, method, path }) as unknown as Untagged;

/** Each declares an operation; `handle` gets what `params`, `query` and `body` parse to. */
export const get = declarer('get');
export const post = declarer('post');
export const put = declarer('put');
export const remove = declarer('delete');

/** The operations of one tag. */
export const tagged = (tag: string, operations: readonly Untagged[]): readonly Operation[] =>
  operations.map((one) => ({ ...one, tag }));
