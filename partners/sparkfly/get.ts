import { Agent, errors, request } from 'undici';
import { connectWithin } from '../connect.js';
import { faultOfStatus } from '../fault.js';
import { SparkflyFault } from './fault.js';

/** A thousand alerts are a few hundred kB; more is refused before it fills the memory. */
const responseMaxBytes = 5_000_000;

/** Sparkfly is far away: a lost packet or two must still fit. */
const connectMs = 3_000;

/** Nothing is asked side by side; a second connection serves an attempt that has not ended yet. */
export const createSparkflyAgent = (): Agent =>
  new Agent({
    connections: 2,
    connect: connectWithin(connectMs),
    keepAliveTimeout: 4_000,
    maxResponseSize: responseMaxBytes,
  });

/** One call of Sparkfly; credentials travel in its headers, to its own host only. */
export interface Get {
  readonly agent: Agent;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the whole exchange, a dripping body included. */
  readonly timeoutMs: number;
  /** The caller's cancellation; its reason is thrown as it is. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The token that an answer to a login carries. */
  readonly token: string | undefined;
  /** What the status stands for; undefined for 2xx. Redirects are faults: nothing follows them. */
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
  // Our mistake; its text may quote a header.
  if (error instanceof TypeError || error instanceof errors.InvalidArgumentError) {
    return new SparkflyFault('unusable', 'not a request');
  }
  const isTooSlow = error instanceof errors.ConnectTimeoutError;
  return new SparkflyFault('unavailable', isTooSlow ? 'timeout' : 'network');
};

/**
 * Gets one answer of any status. Throws `SparkflyFault` when there is none, and the reason of
 * `signal` when the caller gave up.
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
