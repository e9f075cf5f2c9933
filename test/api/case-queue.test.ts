import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.js';
import type { QueueView } from '../../contracts/v1/queries.js';
import { claimNext } from '../../services/cases/claims.js';
import { decideCase } from '../../services/cases/decisions.js';
import { escalateCase } from '../../services/cases/escalations.js';
import { holdCase } from '../../services/cases/holds.js';
import { countViews, listQueue, type QueueQuery } from '../../services/cases/queue.js';
import { readQueueCursor } from '../../services/cases/queue-place.js';
import { findCases } from '../../services/cases/search.js';
import { acting } from '../../services/context.js';
import { exampleBody } from '../support/transactions.js';
import { undoMigrations } from '../support/undo-migrations.js';
import { faultOf } from './errors.js';
import { type Seed, seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

const contextOf = (name = 'reviewer:ann') => acting(api.deps, { name });

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

/** A case with this amount at risk; null for an unknown one. */
const caseWith = async (atRisk: number | null, seed: Seed = {}): Promise<string> => {
  const transactionId = await seedOrder(api, seed);
  const { rows } = await api.pool.query<{ case_id: string }>(
    'update cases set at_risk = $2 where transaction_id = $1 returning case_id',
    [transactionId, atRisk],
  );
  return rows[0]?.case_id ?? '';
};

const pageOf = (query: QueueQuery) => listQueue(contextOf(), query);

/** The ids of all pages of this size. */
const allIds = async (query: QueueQuery, limit: number): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const read = readQueueCursor(query.sort ?? 'priority');
    const after: ReturnType<typeof read> = cursor === null ? undefined : read(cursor);
    const page: Awaited<ReturnType<typeof pageOf>> = await pageOf({ ...query, after, limit });
    ids.push(...page.rows.map(({ caseId }) => caseId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
};

describe('the queue', () => {
  const banners = ['lat'] as const;
  /** In the order of the queue. */
  let expected: string[];

  beforeAll(async () => {
    const of = (atRisk: number | null, dueAt: Date) => caseWith(atRisk, { banner: 'lat', dueAt });
    const plain = [await of(500, inHours(9)), await of(20, inHours(3)), await of(20, inHours(8))];
    const unknown = await of(null, inHours(9));
    const escalated = await of(1, inHours(9));
    await escalateCase(contextOf(), escalated, { reason: 'A ring.' });
    const overdue = [await of(300, inHours(-1)), await of(2, inHours(-5))];
    const held = [await of(9000, inHours(-1)), await of(8000, inHours(9))];
    for (const caseId of held) await holdCase(contextOf(), caseId, { until: inHours(1) });
    expected = [...overdue, escalated, unknown, ...plain, ...held];
  });

  it('has overdue cases first, then escalated ones, then by risk and deadline, held ones last', async () => {
    const { rows, total } = await pageOf({ banners });
    expect(rows.map(({ caseId }) => caseId)).toEqual(expected);
    expect(total).toBe(expected.length);
    const { firstName, lastName } = exampleBody()['customer'] as Record<string, string>;
    expect(rows[0]?.shopper).toBe(`${firstName} ${lastName}`);
  });

  it.each([1, 2, 3, 5])('comes once each in pages of %i', async (limit) => {
    expect(await allIds({ banners }, limit)).toEqual(expected);
  });

  it.each(['due', 'score', 'amount', 'age'] as const)('sorts by %s in pages', async (sort) => {
    const ids = await allIds({ banners, sort }, 2);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect(await allIds({ banners, sort }, 50)).toEqual(ids);
  });

  it('audits each page once, with its cases and without names', async () => {
    await pageOf({ banners, limit: 2 });
    const { rows } = await api.pool.query<{ details: unknown }>(
      `select details from audit where action = 'queue.read' order by id desc limit 1`,
    );
    expect(rows).toEqual([{ details: { caseIds: expected.slice(0, 2) } }]);
  });

  it('gives the next case by priority, never a held one', async () => {
    const claimed: unknown[] = [];
    for (;;) {
      const next = await claimNext(contextOf(), { banners });
      if (next === undefined) break;
      claimed.push(next.claim.caseId);
    }
    expect(claimed).toEqual(expected.slice(0, -2));
  });

  it('counts each view as its list does, without cases whose decision is under way', async () => {
    const caseId = await caseWith(1, { banner: 'lat' });
    const before = await countViews(contextOf());
    const reason = { recommendationCode: 'accept', reasonCode: 'known_customer' } as const;
    await decideCase(contextOf('reviewer:kim'), caseId, reason);
    const counts = await countViews(contextOf());
    expect(counts.all).toBe(before.all - 1);
    for (const [view, count] of Object.entries(counts)) {
      const { total, rows } = await pageOf({ view: view as QueueView });
      expect([view, total, rows.length]).toEqual([view, count, count]);
    }
    expect(counts).toMatchObject({ overdue: 3, escalated: 1, held: 2 });
  });
});

describe('a filter of the queue', () => {
  it('finds cases by rule, partner, amount and claim', async () => {
    const [plain, claimed] = [
      await caseWith(5, { banner: 'o5a' }),
      await caseWith(9, { banner: 'o5a' }),
    ];
    await api.pool.query(
      `update cases set rules = '{R33,R12}', partners_down = '{yleo}', amount = 99.5
        where case_id = $1`,
      [plain],
    );
    await claimNext(contextOf(), { banners: ['o5a'] });
    const of = async (query: QueueQuery) =>
      (await pageOf({ banners: ['o5a'], ...query })).rows.map(({ caseId }) => caseId);
    expect(await of({ rule: 'R12' })).toEqual([plain]);
    expect(await of({ rule: 'R1' })).toEqual([]);
    expect(await of({ partnerDown: 'yleo' })).toEqual([plain]);
    expect(await of({ amountMin: 99, amountMax: 100 })).toEqual([plain]);
    expect(await of({ assignee: 'me' })).toEqual([claimed]);
    expect(await of({ assignee: 'nobody' })).toEqual([plain]);
    expect(await of({ assignee: 'reviewer:kim' })).toEqual([]);
    const asked = (query: string) => api.ask(`/v1/cases?${query}`, { key: 'reviewer' });
    expect(faultOf(await asked('sort=priority&status=closed'))).toEqual([400, 'invalid_value']);
    expect(faultOf(await asked('amountMin=lots'))).toEqual([400, 'invalid_value']);
    const { nextCursor } = await pageOf({ limit: 1 });
    const other = `sort=age&cursor=${encodeURIComponent(String(nextCursor))}`;
    expect(faultOf(await asked(other))).toEqual([400, 'invalid_value']);
  });
});

describe('the search', () => {
  it('finds a case by number, e-mail, account and digits of a card, and audits no text', async () => {
    const orderId = `S-${Date.now()}`;
    const transactionId = await seedOrder(api, {
      orderId,
      banner: 'bay',
      asParsed: (order) => ({
        ...order,
        customer: { ...order.customer, emailAddress: 'Search.Me@Example.com', accountId: 'ACC-9' },
      }),
    });
    const { rows } = await api.pool.query<{ case_id: string }>(
      'select case_id from cases where transaction_id = $1',
      [transactionId],
    );
    const caseId = rows[0]?.case_id ?? '';
    const texts = [orderId, transactionId, caseId, 'search.me@example.com', 'ACC-9'];
    for (const text of texts) {
      const found = await findCases(contextOf(), text);
      expect([text, found.map((one) => one.caseId)]).toEqual([text, [caseId]]);
    }
    for (const text of ['1111', '411111 1111', '411111******1111']) {
      const found = await findCases(contextOf(), text);
      expect([text, found.map((one) => one.caseId).includes(caseId)]).toEqual([text, true]);
    }
    for (const text of ['411112 1111', 'nobody@example.com', "x'; drop table cases"]) {
      expect([text, await findCases(contextOf(), text)]).toEqual([text, []]);
    }
    const reply = await api.ask('/v1/cases/search', {
      ...{ method: 'POST', key: 'reviewer' },
      body: JSON.stringify({ text: 'search.me@example.com' }),
    });
    expect(reply.json).toMatchObject({ cases: [{ caseId }] });
    const audit = await api.pool.query<{ text: string }>(
      `select json_agg(a)::text as text from audit a where action = 'queue.searched'`,
    );
    expect(audit.rows[0]?.text).not.toMatch(/search\.me|ACC-9|1111/i);
  });
});

describe('a case of an earlier version', () => {
  it('is filled by the migration, and one that such a worker opens meanwhile is read as well', async () => {
    const seeded = await caseWith(0, { banner: 'bay' });
    const { rows: before } = await api.pool.query<{ amount: string }>(
      'select amount, currency, rules, partners_down from cases where case_id = $1',
      [seeded],
    );
    await undoMigrations(api.pool, '0025');
    await migrate(api.databaseUrl);
    const filled = await api.pool.query<{ at_risk: string }>(
      'select amount, currency, rules, partners_down, at_risk from cases where case_id = $1',
      [seeded],
    );
    const risk = (45 / 80) * Number(before[0]?.amount);
    expect(filled.rows).toEqual([{ ...before[0], at_risk: risk.toFixed(2) }]);
    await api.pool.query(
      `update cases set amount = null, currency = null, at_risk = null, rules = null,
        partners_down = null where case_id = $1`,
      [seeded],
    );
    const { rows } = await pageOf({ banners: ['bay'] });
    expect(rows.find(({ caseId }) => caseId === seeded)).toMatchObject({
      ...{ amount: null, currency: null, atRisk: null },
    });
    expect(await allIds({ banners: ['bay'], sort: 'amount' }, 1)).toContain(seeded);
  });
});
