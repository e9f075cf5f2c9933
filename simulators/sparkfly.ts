import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { parseJson } from './calls.js';
import type { Partner, PartnerAnswer, PartnerRequest, RequestHeaders } from './partner.js';

/** Entries per page by default, and at most. */
const perPageDefault = 20;
const perPageMax = 1000;

const tokenMs = 24 * 3_600_000;

const Entries = z.array(z.unknown());

const refuse = (status: number, error: string): PartnerAnswer => ({ status, body: { error } });

const raisedAtMs = (entry: unknown): number => {
  const at = (entry as { created_at?: unknown } | null)?.created_at;
  const ms = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(ms) ? 0 : ms;
};

const queryOf = (query: URLSearchParams): { page: number; perPage: number } | undefined => {
  const page = Number(query.get('page') ?? 1);
  const perPage = Number(query.get('per_page') ?? perPageDefault);
  const isFine = [page, perPage].every((count) => Number.isInteger(count) && count >= 1);
  return isFine && perPage <= perPageMax ? { page, perPage } : undefined;
};

interface SimulatedSparkfly {
  readonly partner: Partner;
  /**
   * `PUT /_sparkfly/events` sets the listing, an array; `GET /_sparkfly/tokens` lists the valid
   * tokens, `POST /_sparkfly/expiry` revokes them.
   */
  readonly controls: Hono;
}

const controlsOf = (
  tokens: Map<string, number>,
  setListing: (entries: readonly unknown[]) => void,
): Hono => {
  const controls = new Hono();
  controls.put('/_sparkfly/events', async (c) => {
    const given = Entries.safeParse(parseJson(await c.req.text()));
    if (!given.success) {
      return c.json([{ error: 'invalid_type', message: '$ must be of type array' }], 400);
    }
    setListing(given.data.toSorted((one, other) => raisedAtMs(other) - raisedAtMs(one)));
    return c.json({ total_entries: given.data.length });
  });
  controls.get('/_sparkfly/tokens', (c) => c.json([...tokens.keys()]));
  controls.post('/_sparkfly/expiry', (c) => {
    tokens.clear();
    return c.body(null, 204);
  });
  return controls;
};

/**
 * Sparkfly: tokens of 24 h for one identity and key, and a listing of fraud alerts, newest first.
 * Without a credential it rejects every call.
 */
export const createSparkfly = (credential: {
  readonly identity: string;
  readonly key: string;
}): SimulatedSparkfly => {
  const tokens = new Map<string, number>();
  let listing: readonly unknown[] = [];

  const logIn = (headers: RequestHeaders): PartnerAnswer => {
    const { identity, key } = credential;
    const isKnown =
      key !== '' && headers['x-auth-identity'] === identity && headers['x-auth-key'] === key;
    if (!isKnown) return refuse(401, 'wrong identity or key');
    const token = randomUUID();
    tokens.set(token, Date.now() + tokenMs);
    return { status: 204, body: {}, headers: { 'x-auth-token': token } };
  };

  const list = ({ path, headers }: PartnerRequest): PartnerAnswer => {
    const endsAtMs = tokens.get(headers['x-auth-token'] ?? '') ?? 0;
    if (endsAtMs <= Date.now()) return refuse(401, 'no token, or one that has ended');
    const query = queryOf(new URL(path, 'http://sparkfly').searchParams);
    if (query === undefined) return refuse(400, 'page and per_page must be counts');
    const { page, perPage } = query;
    const total = listing.length;
    const body = {
      fraud_alert_events: listing.slice((page - 1) * perPage, page * perPage),
      ...{ page, per_page: perPage, total_entries: total },
      total_pages: Math.ceil(total / perPage),
    };
    return { status: 200, body };
  };

  return {
    controls: controlsOf(tokens, (entries) => {
      listing = entries;
    }),
    partner: {
      failure: (status) => refuse(status, `simulated fault ${status}`),
      answer: (request) => {
        const path = request.path.split('?', 1)[0];
        if (request.method !== 'GET') return refuse(404, 'no such route');
        if (path === '/auth') return logIn(request.headers);
        return path === '/v1.0/fraud_alert_events' ? list(request) : refuse(404, 'no such route');
      },
    },
  };
};
