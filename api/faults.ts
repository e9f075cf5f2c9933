import { HTTPException } from 'hono/http-exception';
import type { ApiError, ErrorCode } from '../contracts/errors.js';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { KeyMissing } from '../runtime/envelope.js';

/** A request that could not be answered as asked; thrown by routes, mapped once. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly errors: readonly ApiError[];
  /** Seconds after which the same request may be sent again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, errors: readonly ApiError[], retryAfterSeconds?: number) {
    super(errors.map((error) => error.error).join(', '));
    this.status = status;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const fault = (status: number, error: ErrorCode, message: string): HttpFault =>
  new HttpFault(status, [{ error, message }]);

export const badRequest = (errors: readonly ApiError[]): HttpFault => new HttpFault(400, errors);

/** Short enough that a caller's next try finds a part that was just restarted. */
const retryAfterSeconds = 2;

/** The outcome is unknown; the same request may be sent again and can do nothing twice. */
export const tryAgain = (messages: string | readonly string[]): HttpFault =>
  new HttpFault(
    503,
    [messages].flat().map((message) => ({ error: 'temporarily_unavailable', message })),
    retryAfterSeconds,
  );

/** A person has to put the key back; callers that come again at once would find the same. */
const keyMissingRetrySeconds = 60;

/** Something stored cannot be used without a key that this installation does not have. */
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

/** The answer to any error; undefined for one that nobody foresaw. */
export const faultOf = (error: unknown): HttpFault | undefined => {
  if (error instanceof HttpFault) return error;
  if (error instanceof TemporarilyUnavailable) {
    return tryAgain('no answer in time; send the same request again');
  }
  if (error instanceof KeyMissing) return keyMissing('a key of what is stored is missing here');
  return error instanceof HTTPException ? ofHttpException(error) : undefined;
};
