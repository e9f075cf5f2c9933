import { createHmac, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { Secret } from '../runtime/secret.js';
import { authorise } from './authorise.js';
import type { ApiEnv } from './deps.js';
import { fault } from './faults.js';
import type { Tools } from './operation.js';

const signatureHeader = 'x-hmac-sha256-signature';

/** Whether `signature` is the base64 of the HMAC-SHA256 over the body's raw bytes. */
const isSigned = (secret: Secret, body: ArrayBuffer, signature: string): boolean => {
  const expected = createHmac('sha256', secret.reveal()).update(new Uint8Array(body)).digest();
  const given = Buffer.from(signature, 'base64');
  // Base64 has several spellings of the same bytes; only the canonical one is valid.
  const isCanonical = given.toString('base64') === signature;
  return isCanonical && given.length === expected.length && timingSafeEqual(given, expected);
};

/**
 * Authorises a push from Sparkfly. With a shared secret only its signature counts, and no bearer
 * key. Without one the caller needs a key with the role `sparkfly` or `admin`.
 */
export const authorisePush = ({ context, authenticate }: Tools) => {
  const secret = context.sparkflySecret;
  if (secret === undefined) return authorise(authenticate, ['sparkfly']);
  return createMiddleware<ApiEnv>(async (c, next) => {
    const signature = c.req.header(signatureHeader) ?? '';
    if (!isSigned(secret, await c.req.arrayBuffer(), signature)) {
      throw fault(401, 'unauthorized', `a valid ${signatureHeader} is needed`);
    }
    c.set('holder', { role: 'sparkfly', name: 'sparkfly:signature' });
    await next();
  });
};
