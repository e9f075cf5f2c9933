import { Agent, type Dispatcher, errors, request } from 'undici';
import { answerPartsMax, hasMoreParts } from '../contracts/json-parts.js';
import { connectWithin } from './connect.js';
import { faultOfStatus, PartnerFault } from './fault.js';
import { afterRunning } from './own-time.js';
import { readStart } from './texts.js';

/** No partner's answer comes near this; a larger one is rejected before it fills the memory. */
const usualMaxBytes = 1_000_000;

interface AgentLimits {
  /** Limit for opening a connection, DNS and TLS included. */
  readonly connectMs?: number;
  /** Concurrent connections; further calls wait for a free one. */
  readonly connections?: number;
  /** Limit of one answer; 1 MB by default. */
  readonly responseMaxBytes?: number;
}

/**
 * A connection pool for one partner, so that no partner can use up another's connections.
 * Idle connections are dropped before the 5 s after which Node servers close theirs.
 */
export const createAgent = ({
  connectMs = 1_000,
  connections = 64,
  responseMaxBytes = usualMaxBytes,
}: AgentLimits = {}): Agent =>
  new Agent({
    connections,
    connect: connectWithin(connectMs),
    keepAliveTimeout: 4_000,
    maxResponseSize: responseMaxBytes,
  });

/** Bytes read of a body when its beginning is enough. */
const startMaxBytes = 16_384;

/**
 * How much of a body to read. With `start` and `ignore`, a broken body does not change the result.
 */
type Expect = 'text' | 'start' | 'ignore';

/** One call to a partner. */
interface HttpCall {
  readonly agent: Dispatcher;
  readonly url: string;
  /**
   * Limit of the whole exchange, a slowly dripping body included. After a stall of this process it
   * ends up to 200 ms later, so that data which arrived meanwhile is read.
   */
  readonly timeoutMs: number;
  /** The caller's cancellation; its reason is thrown unchanged. */
  readonly signal: AbortSignal;
}

/** One POST of a JSON body. */
export interface JsonPost extends HttpCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** How much of the answer's body to read, for every status or by status. */
  readonly expect: Expect | ((status: number) => Expect);
}

/** An answer of any status. `fault` is the fault of its status; undefined for 2xx. */
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

/** Reads a body, and calls `done` when no more of it is read. */
const readBody = async (
  { statusCode, body }: Dispatcher.ResponseData,
  by: JsonPost['expect'],
  done: () => void,
): Promise<string> => {
  const expect = typeof by === 'function' ? by(statusCode) : by;
  switch (expect) {
    case 'text':
      return body.text().finally(done);
    case 'start':
      return readStart(body, startMaxBytes).finally(done);
    case 'ignore':
      body
        .dump()
        .catch(() => undefined)
        .finally(done);
      return '';
    default:
      return expect satisfies never;
  }
};

/** A signal that aborts after `limitMs`, unless it is cancelled before. */
const timeoutAfter = (limitMs: number) => {
  const timeout = new AbortController();
  const cancel = afterRunning(limitMs, () => timeout.abort());
  return { signal: timeout.signal, cancel };
};

type Content = Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'>;

const exchange = async (
  call: HttpCall,
  content: Content,
  expect: JsonPost['expect'],
): Promise<HttpAnswer> => {
  if (call.timeoutMs <= 0) throw new PartnerFault('timeout');
  const timeout = timeoutAfter(call.timeoutMs);
  try {
    const signal = AbortSignal.any([call.signal, timeout.signal]);
    const response = await request(call.url, { ...content, dispatcher: call.agent, signal });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      text: await readBody(response, expect, timeout.cancel),
      fault: faultOfStatus(response.statusCode, [retryAfter].flat()[0]),
    };
  } catch (error) {
    timeout.cancel();
    call.signal.throwIfAborted();
    throw timeout.signal.aborted ? new PartnerFault('timeout') : (faultOfError(error) ?? error);
  }
};

/**
 * Posts a JSON body and reads the answer. Throws `PartnerFault` (timeout, network or
 * invalid_response) without an answer, and the reason of `signal` when the caller cancels.
 */
export const postJson = ({ headers, body, expect, ...call }: JsonPost): Promise<HttpAnswer> => {
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const content = { headers: { ...json, ...headers }, body: JSON.stringify(body) };
  return exchange(call, { method: 'POST', ...content }, expect);
};

/** Gets a page of which only the status matters. Throws as `postJson` does. */
export const getStatus = (call: HttpCall): Promise<HttpAnswer> =>
  exchange(call, { method: 'GET', headers: { accept: 'application/json' } }, 'ignore');

/** A parser of a partner's answer: a zod schema of `contracts/`. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/**
 * Parses a body as JSON of the given shape; undefined for an empty or any other body, and for one
 * of more values than `partsMax`.
 */
export const parseJson = <T>(
  schema: Schema<T>,
  text: string,
  partsMax = answerPartsMax,
): T | undefined => {
  if (hasMoreParts(text, partsMax)) return undefined;
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
};
