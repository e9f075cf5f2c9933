import { createMiddleware } from 'hono/factory';
import { type Role, rolesIn } from '../contracts/v1/roles.js';
import { authenticateKey, type KeyHolder } from '../services/keys.js';
import type { ApiDeps, ApiEnv } from './deps.js';
import { fault } from './faults.js';

/**
 * How long a process trusts a cached key without asking Postgres. A revocation takes effect after
 * this.
 */
const trustedMs = 5000;

/** An upper bound of the cache: more live keys than any installation has. */
const cacheMax = 10_000;

export type Authenticate = (key: string) => Promise<KeyHolder | undefined>;

/** Looks keys up in Postgres and caches the ones it finds for some seconds. */
export const createAuthenticate = (deps: Pick<ApiDeps, 'db' | 'now'>): Authenticate => {
  const cache = new Map<string, { holder: KeyHolder; untilMs: number }>();
  const pending = new Map<string, Promise<KeyHolder | undefined>>();
  /** Concurrent requests with the same key share one lookup. */
  const lookUp = (key: string, nowMs: number): Promise<KeyHolder | undefined> => {
    const running = pending.get(key);
    if (running !== undefined) return running;
    const fetchHolder = async (): Promise<KeyHolder | undefined> => {
      const holder = await authenticateKey(deps, key);
      if (cache.size >= cacheMax) cache.clear();
      if (holder !== undefined) cache.set(key, { holder, untilMs: nowMs + trustedMs });
      return holder;
    };
    const fetching = fetchHolder().finally(() => pending.delete(key));
    pending.set(key, fetching);
    return fetching;
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

const keyIn = (header: string | undefined): string | undefined => bearer.exec(header ?? '')?.[1];

/** The holder of the request's key, or undefined when there is no valid one. */
export const holderOf = async (
  authenticate: Authenticate,
  header: string | undefined,
): Promise<KeyHolder | undefined> => {
  const key = keyIn(header);
  return key === undefined ? undefined : authenticate(key);
};

/** What a request without a bearer key is told. */
export const keyNeeded = 'a bearer key is needed: send the header Authorization: Bearer KEY';
const unknownKey = 'the bearer key is not known, or it was revoked';

/**
 * Admits keys with one of `roles`; a `lead` also has the role `reviewer`, and `admin` every role.
 * Others get 401 or 403.
 */
export const authorise = (authenticate: Authenticate, roles: readonly Role[]) => {
  const admitted = rolesIn(roles);
  return createMiddleware<ApiEnv>(async (c, next) => {
    const header = c.req.header('authorization');
    const holder = await holderOf(authenticate, header);
    if (holder === undefined) {
      throw fault(401, 'unauthorized', keyIn(header) === undefined ? keyNeeded : unknownKey);
    }
    if (!admitted.includes(holder.role)) {
      const message = `a key of role ${holder.role} may not do this; ${admitted.join(', ')} may`;
      throw fault(403, 'forbidden', message);
    }
    c.set('holder', holder);
    await next();
  });
};
