import { HTTPException } from 'hono/http-exception';
import type { ApiError, ErrorCode } from '../contracts/errors.js';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { KeyMissing } from '../runtime/envelope.js';

/** A fault to answer. Handlers throw it, and the application's error handler maps it. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly errors: readonly ApiError[];
  /** Seconds after which the client may retry. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, errors: readonly ApiError[], retryAfterSeconds?: number) {
    super(errors.map((error) => error.error).join(', '));
    this.status = status;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 503: more orders come in than can be decided in time. Nothing of this one was stored. */
export class NotAdmitted extends HttpFault {
  constructor(retryAfterSeconds: number) {
    const message =
      'more orders come in than can be decided in time; nothing was stored, send it again later';
    super(503, [{ error: 'temporarily_unavailable', message }], retryAfterSeconds);
  }
}

export const fault = (status: number, error: ErrorCode, message: string): HttpFault =>
  new HttpFault(status, [{ error, message }]);

export const badRequest = (errors: readonly ApiError[]): HttpFault => new HttpFault(400, errors);

/** Short, yet by then a part that has just restarted is back. */
const retryAfterSeconds = 2;

/** 503: the outcome is unknown. The client may safely retry the same request. */
export const tryAgain = (messages: string | readonly string[]): HttpFault =>
  new HttpFault(
    503,
    [messages].flat().map((message) => ({ error: 'temporarily_unavailable', message })),
    retryAfterSeconds,
  );

/** A person has to restore the key; an immediate retry would fail again. */
const keyMissingRetrySeconds = 60;

/** 503: something stored needs a key that this installation does not have. */
export const keyMissing = (message: string): HttpFault =>
  new HttpFault(503, [{ error: 'key_missing', message }], keyMissingRetrySeconds);

const ofHttpException = (error: HTTPException): HttpFault => {
  switch (error.status) {
    case 413:
      return fault(413, 'payload_too_large', 'the body must have at most 1 MB');
    case 415:
      return fault(415, 'unsupported_media_type', 'the body must be application/json');
    default:
      return fault(error.status, 'invalid_value', 'the request was refused');
  }
};

/** The fault for an error; undefined for an unexpected one. */
export const faultOf = (error: unknown): HttpFault | undefined => {
  if (error instanceof HttpFault) return error;
  if (error instanceof TemporarilyUnavailable) {
    return tryAgain('no answer in time; send the same request again');
  }
  if (error instanceof KeyMissing) return keyMissing('a key of what is stored is missing here');
  return error instanceof HTTPException ? ofHttpException(error) : undefined;
};
