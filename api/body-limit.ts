import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { fault } from './faults.js';

/** 1 MB holds the largest order the contract allows (500 items). */
const bodyBytesMax = 1_048_576;

const tooLarge = (): never => {
  throw fault(413, 'payload_too_large', 'the body must have at most 1 MB');
};

const countBytes = bodyLimit({ maxSize: bodyBytesMax, onError: tooLarge });

/**
 * Answers 413 to a body of more than 1 MB. It counts bytes only where no length is declared:
 * touching the body builds a web request with a stream around it, which takes longer than reading
 * an order.
 */
export const limitBody: MiddlewareHandler = (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  const declared = c.req.header('content-length');
  if (declared === undefined || c.req.header('transfer-encoding') !== undefined) {
    return countBytes(c, next);
  }
  return Number(declared) > bodyBytesMax ? tooLarge() : next();
};
