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

/** A path parameter: its schema, and the 404 for a text that cannot name anything. */
export interface PathPart<T = unknown> {
  readonly description: string;
  readonly schema: z.ZodType<T>;
  readonly missing: () => HttpFault;
}

/** A path parameter. `what` is the message of its 404. */
export const pathPart = <T>(
  schema: z.ZodType<T>,
  description: string,
  what: string,
  code: ErrorCode = 'not_found',
): PathPart<T> => ({ description, schema, missing: () => fault(404, code, what) });

/** Returns `value`. Throws the fault that `missing` makes when it is undefined. */
export const found = <T>(value: T | undefined, missing: () => HttpFault): T => {
  if (value === undefined) throw missing();
  return value;
};

/** A path parameter that holds a UUID. */
export const idPart = (description: string, what: string) => pathPart(uuid, description, what);

/** A text that Postgres cannot store cannot be an order's id. */
export const transactionPart = pathPart(
  z.string().check(storable),
  "The transaction's id, as in the answer to its order.",
  'no such transaction',
  'unknown_transaction',
);

/** An answer that no schema describes: its media type, a description and an example. */
export interface TextAnswer {
  readonly mediaType: string;
  readonly description: string;
  readonly example: string | Readonly<Record<string, unknown>>;
}

/** An answer with another status than the operation's default. */
export class Reply<T> {
  readonly status: ContentfulStatusCode;
  readonly value: T;

  constructor(status: ContentfulStatusCode, value: T) {
    this.status = status;
    this.value = value;
  }
}

/** The 202 answer of a change that waits for approval. */
export const proposed = ({ proposal }: { readonly proposal: Proposal }) => new Reply(202, proposal);

type Params = Readonly<Record<string, PathPart>>;
type Nothing = z.ZodObject<Record<string, never>>;

/** Services return readonly values, so an answer only has to match the schema's shape. */
type Answerable<T> = T extends readonly (infer E)[]
  ? readonly Answerable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Answerable<T[K]> }
    : T;

type AnswerOf<A> = A extends z.ZodType ? Answerable<z.output<A>> : never;

/** A request that was authorised and parsed. */
export interface ParsedRequest<Q extends z.ZodType, B extends z.ZodType, P extends Params> {
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly params: { readonly [K in keyof P]: z.output<P[K]['schema']> };
  readonly c: Context<ApiEnv>;
}

/** What `admit` may use to build an operation's own authorisation. */
export interface Tools {
  readonly context: ApiContext;
  readonly authenticate: Authenticate;
}

/** A group of operations in the document. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

/** The declaration of an operation. It alone mounts and documents the route. */
interface Common {
  /** One sentence. */
  readonly summary: string;
  /** What else a caller should know. */
  readonly description?: string;
  /**
   * Roles that may call it; empty when it needs no key. `admin` may call every operation, and
   * `lead` every one that `reviewer` may.
   */
  readonly roles: readonly Role[];
  /** True where others choose the query parameters, such as a scraper: no check. */
  readonly takesAnyQuery?: true;
  /** The body's media type when it is not JSON; `body` is then the schema of its text. */
  readonly bodyType?: 'text/csv';
  /** True when the body may be left out. */
  readonly isBodyOptional?: true;
  /** The documented schema of a body that `handle` parses itself. */
  readonly ownBody?: z.ZodType;
  /** Valid bodies; a test sends each of them. */
  readonly examples?: Readonly<Record<string, unknown>>;
  /** The answers by status. The first is the default; for another `handle` returns a `Reply`. */
  readonly returns: string | Readonly<Record<number, string>>;
  /** True when four eyes may apply: the answer is then 202 with a proposal. */
  readonly proposes?: true;
  /** Documented headers of the answer. */
  readonly headers?: Readonly<
    Record<string, { readonly description: string; readonly example: string }>
  >;
  /** Faults in addition to those that follow from the declaration, or with other descriptions. */
  readonly faults?: Readonly<Record<number, string>>;
  /** Authorises callers instead of the check of `roles`. */
  readonly admit?: (tools: Tools) => MiddlewareHandler<ApiEnv>;
  /** A pattern to mount `admit` on for every method; by default only this operation. */
  readonly admitAt?: string;
  /** True where the caller waits for a decision: the answer comes in time, or 503. */
  readonly hasDeadline?: true;
  /** Mounts routes that belong to it but are not operations, such as the files of a page. */
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
  /** Absent when the answer is empty. */
  readonly answer?: A;
  /**
   * Handles the request. The API sends the result as JSON, a `Reply` with its status, and a
   * `Response` unchanged. Throws `HttpFault`.
   */
  readonly handle: (
    context: CallContext,
    request: ParsedRequest<Q, B, P>,
  ) => HandlerResult<A> | Promise<HandlerResult<A>>;
}

type Untagged = Omit<Operation, 'tag'>;

type HandlerResult<A> = A extends undefined
  ? void | Response
  : AnswerOf<A> | Reply<AnswerOf<A>> | Reply<Answerable<Proposal>> | Response;

/** An operation whose types the declaration has checked. */
export interface Operation extends Common {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly tag: Tag;
  readonly params?: Params;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType | TextAnswer;
  readonly handle: (
    context: CallContext,
    request: ParsedRequest<z.ZodType, z.ZodType, Params>,
  ) => Promise<unknown>;
}

/** The names of a path's parameters. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** Requires a `PathPart` for each parameter of the path, and no others. */
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

/** Each declares an operation; `handle` receives the parsed `params`, `query` and `body`. */
export const get = declarer('get');
export const post = declarer('post');
export const put = declarer('put');
export const remove = declarer('delete');

/** The operations of one tag. */
export const tagged = (tag: Tag, operations: readonly Untagged[]): readonly Operation[] =>
  operations.map((one) => ({ ...one, tag }));
