import { createMiddleware } from 'hono/factory';
import { type Role, rolesIn } from '../contracts/v1/roles.js';
import { authenticateKey, type KeyHolder } from '../services/keys.js';
import type { ApiDeps, ApiEnv } from './deps.js';
import { fault } from './faults.js';
import { refuseUnknownParameters } from './known-parameters.js';

/** How long a key that was found is trusted without asking Postgres; a revocation's delay. */
const trustedMs = 5000;

/** More live keys than any installation has; bounds what the cache may hold. */
const cacheMax = 10_000;

export type Authenticate = (key: string) => Promise<KeyHolder | undefined>;

/** Looks keys up in Postgres, remembering found ones for some seconds. */
export const createAuthenticate = (deps: Pick<ApiDeps, 'db' | 'now'>): Authenticate => {
  const cache = new Map<string, { holder: KeyHolder; untilMs: number }>();
  const underWay = new Map<string, Promise<KeyHolder | undefined>>();
  /** Many requests with one key wait for one look at it. */
  const lookUp = (key: string, nowMs: number): Promise<KeyHolder | undefined> => {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const look = async (): Promise<KeyHolder | undefined> => {
      const holder = await authenticateKey(deps, key);
      if (cache.size >= cacheMax) cache.clear();
      if (holder !== undefined) cache.set(key, { holder, untilMs: nowMs + trustedMs });
      return holder;
    };
    const looking = look().finally(() => underWay.delete(key));
    underWay.set(key, looking);
    return looking;
  };
  return async (key) => {
    const nowMs = deps.now().getTime();
    const cached = cache.get(key);
    if (cached !== undefined && cached.untilMs > nowMs) return cached.holder;
    cache.delete(key);
    return lookUp(key, nowMs);
  };
};

const bearer = /^Bearer +(\S+)$/i;

/** The holder of the request's key, or undefined when there is no valid one. */
export const holderOf = async (
  authenticate: Authenticate,
  header: string | undefined,
): Promise<KeyHolder | undefined> => {
  const key = bearer.exec(header ?? '')?.[1];
  return key === undefined ? undefined : authenticate(key);
};

/**
 * Lets holders of one of `roles` in, `lead` as `reviewer`, and `admin`: others get 401 or 403.
 * Those who may pass get 400 for a query parameter that the route does not have.
 */
export const authorise = (authenticate: Authenticate, roles: readonly Role[]) => {
  const admitted = rolesIn(roles);
  return createMiddleware<ApiEnv>(async (c, next) => {
    const holder = await holderOf(authenticate, c.req.header('authorization'));
    if (holder === undefined) {
      throw fault(401, 'unauthorized', 'a valid bearer key is needed');
    }
    if (!admitted.includes(holder.role)) {
      throw fault(403, 'forbidden', `this key's role may not do this`);
    }
    c.set('holder', holder);
    refuseUnknownParameters(c);
    await next();
  });
};
