import { Agent, errors, request } from 'undici';
import { connectWithin } from '../connect.js';
import { faultOfStatus } from '../fault.js';
import { SparkflyFault } from './fault.js';

/** A thousand alerts are a few hundred kB; a larger body is rejected before it fills the memory. */
const responseMaxBytes = 5_000_000;

/** The network to Sparkfly is long: the limit allows for a few lost packets. */
const connectMs = 3_000;

/** Calls are sequential; the second connection serves one that has timed out but not ended yet. */
export const createSparkflyAgent = (): Agent =>
  new Agent({
    connections: 2,
    connect: connectWithin(connectMs),
    keepAliveTimeout: 4_000,
    maxResponseSize: responseMaxBytes,
  });

/** One call to Sparkfly. Credentials travel in its headers, to its own host only. */
export interface Get {
  readonly agent: Agent;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Limit of the whole exchange, a slowly dripping body included. */
  readonly timeoutMs: number;
  /** The caller's cancellation; its reason is thrown unchanged. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The token in the answer to a login. */
  readonly token: string | undefined;
  /** The fault of the status; undefined for 2xx. Redirects are faults: the client follows none. */
  readonly fault: SparkflyFault | undefined;
}

const faultOf = (status: number, retryAfter: string | undefined): SparkflyFault | undefined => {
  const fault = faultOfStatus(status, retryAfter);
  if (fault === undefined) return undefined;
  const detail = { status, retryAfterMs: fault.retryAfterMs };
  if (fault.code === 'unauthorized') return new SparkflyFault('unauthorized', 'refused', detail);
  return fault.code === 'refused'
    ? new SparkflyFault('unusable', 'unexpected answer', detail)
    : new SparkflyFault('unavailable', fault.code, detail);
};

const faultOfError = (error: unknown): SparkflyFault => {
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new SparkflyFault('unusable', 'too large');
  }
  // A programming error; its text may quote a header, so it is not passed on.
  if (error instanceof TypeError || error instanceof errors.InvalidArgumentError) {
    return new SparkflyFault('unusable', 'not a request');
  }
  const isTooSlow = error instanceof errors.ConnectTimeoutError;
  return new SparkflyFault('unavailable', isTooSlow ? 'timeout' : 'network');
};

/**
 * Gets one answer of any status. Throws `SparkflyFault` without an answer, and the reason of
 * `signal` when the caller cancels.
 */
export const get = async (call: Get): Promise<Answer> => {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  try {
    const { statusCode, headers, body } = await request(call.url, {
      method: 'GET',
      headers: { accept: 'application/json', ...call.headers },
      dispatcher: call.agent,
      signal: AbortSignal.any([call.signal, timeout]),
    });
    const fault = faultOf(statusCode, [headers['retry-after']].flat()[0]);
    const text = fault === undefined ? await body.text() : '';
    if (fault !== undefined) body.dump().catch(() => undefined);
    return { status: statusCode, text, token: [headers['x-auth-token']].flat()[0], fault };
  } catch (error) {
    call.signal.throwIfAborted();
    throw timeout.aborted ? new SparkflyFault('unavailable', 'timeout') : faultOfError(error);
  }
};
