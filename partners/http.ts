import { Agent, type Dispatcher, errors, request } from 'undici';
import { faultOfStatus, PartnerFault } from './fault.js';

/** No answer of a partner comes near this; more is refused before it fills the memory. */
const responseMaxBytes = 1_000_000;

/**
 * A connection pool for one partner, so that no partner can use up another's connections.
 * Idle connections are dropped before the 5 s after which Node servers close theirs.
 */
export const createAgent = (): Agent =>
  new Agent({
    connections: 64,
    connect: { timeout: 1_000 },
    keepAliveTimeout: 4_000,
    maxResponseSize: responseMaxBytes,
  });

/** One POST of a JSON body. */
export interface JsonPost {
  readonly agent: Dispatcher;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Ends the whole exchange, a dripping body included. */
  readonly timeoutMs: number;
  /** The caller's cancellation; its reason is thrown as it is. */
  readonly signal: AbortSignal;
  /** `ignore` where the status alone answers; then a broken body cannot undo it. */
  readonly expect: 'text' | 'ignore';
}

/** An answer of any status. `fault` is what its status stands for; undefined for 2xx. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly fault: PartnerFault | undefined;
}

const faultOfError = (error: unknown): PartnerFault | undefined => {
  if (error instanceof errors.ConnectTimeoutError) return new PartnerFault('timeout');
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new PartnerFault('invalid_response');
  }
  const isOurMistake = error instanceof TypeError || error instanceof errors.InvalidArgumentError;
  return isOurMistake ? undefined : new PartnerFault('network');
};

const readBody = async (response: Dispatcher.ResponseData, expect: JsonPost['expect']) => {
  if (expect === 'text') return response.body.text();
  response.body.dump().catch(() => undefined);
  return '';
};

/**
 * Posts a JSON body and reads the answer. Throws `PartnerFault` (timeout, network or
 * invalid_response) when there is none, and the reason of `signal` when the caller gave up.
 */
export const postJson = async (post: JsonPost): Promise<HttpAnswer> => {
  if (post.timeoutMs <= 0) throw new PartnerFault('timeout');
  const timeout = AbortSignal.timeout(Math.ceil(post.timeoutMs));
  try {
    const response = await request(post.url, {
      method: 'POST',
      dispatcher: post.agent,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...post.headers },
      body: JSON.stringify(post.body),
      signal: AbortSignal.any([post.signal, timeout]),
    });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      text: await readBody(response, post.expect),
      fault: faultOfStatus(response.statusCode, [retryAfter].flat()[0]),
    };
  } catch (error) {
    post.signal.throwIfAborted();
    throw timeout.aborted ? new PartnerFault('timeout') : (faultOfError(error) ?? error);
  }
};

/** What parses a partner's answer: a zod schema of `contracts/`. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** Parses a body as JSON of the given shape; undefined when it is empty or anything else. */
export const parseJson = <T>(schema: Schema<T>, text: string): T | undefined => {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
};
