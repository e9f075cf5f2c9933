import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outcomes } from '../../contracts/hbc/decision.js';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import { PolicyChange } from '../../contracts/v1/policies.js';
import { listAudit } from '../../db/audit.js';
import { loadControls } from '../../services/controls.js';
import { listPolicyHistory, readPolicy } from '../../services/policies/versions.js';
import { publishPolicy } from '../../services/policies/publish.js';
import { exampleSettings } from '../support/rules.js';
import { openDatabase, samePolicies } from './database.js';

const defaults = samePolicies();
const analyst = { name: 'analyst:ann' };
const now = new Date('2026-11-21T12:00:00.123Z');

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});

beforeEach(() => database.pool.query('delete from policies'));

afterAll(() => database?.close());

const publish = (banner: Banner, change: unknown, budgetMaxMs = 60_000) =>
  publishPolicy(
    {
      db: database.pool,
      defaults,
      budgetMaxMs,
      settings: exampleSettings(),
      fourEyes: false,
      actor: analyst,
      now,
    },
    { banner, change: PolicyChange.parse({ note: 'a test', ...(change as object) }) },
  );

const history = (banner: Banner) => listPolicyHistory({ db: database.pool }, defaults, banner);
const published = async (banner: Banner) =>
  (await listAudit(database.pool, `policy:${banner}`)).map((row) => row.details);

const vote = fc.constantFrom(...outcomes);
const votesOf = (labels: readonly string[]) =>
  fc.record(Object.fromEntries(labels.map((label) => [label, vote])), { requiredKeys: [] });
const partnerOf = (labels: readonly string[]) =>
  fc.record({ enabled: fc.boolean(), votes: votesOf(labels) }, { requiredKeys: [] });
const anyPolicy = fc.record(
  {
    partners: fc.record(
      {
        sardine: partnerOf(['low', 'medium', 'high', 'very_high', 'unknown']),
        yleo: partnerOf(['Approved', 'Review', 'Escalate', 'NotPerformed', 'Declined']),
        custom: partnerOf(['accept', 'review', 'reject']),
      },
      { requiredKeys: [] },
    ),
    budgetMs: fc.option(fc.integer({ min: 50, max: 60_000 })),
    outage: fc.record({
      maxAutoAccept: fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0),
    }),
    reviewAll: fc.boolean(),
    automaticReject: fc.constantFrom('settle' as const, 'review' as const),
    agreeingReviewsReject: fc.boolean(),
    reviewedRejectShare: fc.constantFrom(0, 0.0025, 0.01),
    flagGuard: fc.record({ multiple: fc.constantFrom(1.5, 20), fallBack: fc.boolean() }),
  },
  { requiredKeys: [] },
);

describe('a published policy', () => {
  it('reads back equal wherever it is read, whatever it says', async () => {
    const anyBanner = fc.constantFrom(...banners);
    await fc.assert(
      fc.asyncProperty(anyBanner, anyPolicy, async (banner, given) => {
        const policy = Policy.parse(given);
        const result = await publish(banner, { policy: given });
        const read = await readPolicy({ db: database.pool }, defaults, banner);
        const controls = await loadControls({ db: database.pool }, defaults);
        const changes: unknown = expect.anything();
        expect(result).toEqual({
          kind: expect.anything() as unknown,
          version: { ...read, changes },
        });
        expect(read.policy).toEqual(policy);
        expect(controls.policies[banner]).toEqual({ version: read.version, policy });
      }),
      { numRuns: 60 },
    );
  });

  it('is the next version, with author, note and time; version 0 stays last', async () => {
    const file = { banner: 'bay', version: 0, policy: Policy.parse({}) };
    expect(await history('bay')).toEqual([{ ...file, note: '', author: null, publishedAt: null }]);
    await publish('bay', { policy: { reviewAll: true }, note: ' holiday ' });
    await publish('bay', { policy: { reviewAll: true, budgetMs: 700 } });
    const versions = await history('bay');
    expect(versions.map((one) => [one.version, one.author, one.note, one.publishedAt])).toEqual([
      [2, 'analyst:ann', 'a test', new Date(now.getTime() + 1).toISOString()],
      [1, 'analyst:ann', 'holiday', now.toISOString()],
      [0, null, '', null],
    ]);
    expect(await history('lat')).toHaveLength(1);
  });

  it('is one audit row, which names each setting changed, from what, and to what', async () => {
    const before = (await published('o5a')).length;
    const votes = { high: 'reject' };
    const policy = { partners: { sardine: { votes } }, budgetMs: 900, reviewAll: true };
    await publish('o5a', { policy, note: 'peak' });
    await publish('o5a', { policy: { budgetMs: 900 }, note: 'peak is over' });
    const rows = (await published('o5a')).slice(before);
    const high = 'partners.sardine.votes.high';
    expect(rows).toEqual([
      {
        version: 1,
        note: 'peak',
        changes: [
          { path: high, from: 'review', to: 'reject' },
          { path: 'budgetMs', from: null, to: 900 },
          { path: 'reviewAll', from: false, to: true },
        ],
      },
      {
        version: 2,
        note: 'peak is over',
        changes: [
          { path: high, from: 'reject', to: 'review' },
          { path: 'reviewAll', from: true, to: false },
        ],
      },
    ]);
    const [last] = (await listAudit(database.pool, 'policy:o5a')).slice(-1);
    expect(last).toMatchObject({ actor: 'analyst:ann', action: 'policy.published' });
    // Later than the publication before it, which this test makes at the same time.
    expect(last?.at).toEqual(new Date(now.getTime() + 1));
  });

  it('stores no card number from the note', async () => {
    const note = 'after the order paid with 4111 1111 1111 1111';
    await publish('lat', { policy: { reviewAll: true }, note });
    const { rows } = await database.pool.query(
      `select note as text from policies union all select details::text from audit`,
    );
    const all = JSON.stringify([rows, await history('lat')]);
    expect(all).toContain('411111*1111');
    expect(all).not.toMatch(/4111 1111 1111|41111111111/);
  });

  it('that is in force already is answered as it is, and nothing is written', async () => {
    const before = (await published('s5a')).length;
    expect(await publish('s5a', { policy: {} })).toMatchObject({
      kind: 'unchanged',
      version: { version: 0 },
    });
    await publish('s5a', { policy: { reviewAll: true }, note: 'first' });
    const again = await publish('s5a', { policy: { reviewAll: true }, note: 'second' });
    expect(again).toMatchObject({ kind: 'unchanged', version: { version: 1, note: 'first' } });
    expect(await history('s5a')).toHaveLength(2);
    expect(await published('s5a')).toHaveLength(before + 1);
  });

  it('leaves no version behind when its audit row cannot be written', async () => {
    await database.pool.query('alter table audit rename to audit_away');
    try {
      await expect(publish('bay', { policy: { reviewAll: true } })).rejects.toMatchObject({
        code: '42P01',
      });
    } finally {
      await database.pool.query('alter table audit_away rename to audit');
    }
    expect(await history('bay')).toHaveLength(1);
  });

  it('gives partners no more than the budget of the installation', async () => {
    const larger = { kind: 'budget_too_large' };
    expect(await publish('bay', { policy: { budgetMs: 1501 } }, 1500)).toEqual(larger);
    expect(await history('bay')).toHaveLength(1);
    expect(await publish('bay', { policy: { budgetMs: 1500 } }, 1500)).toMatchObject({
      kind: 'published',
    });
  });
});

describe('twenty publications of one banner at once', () => {
  const all = (expectedVersion?: number) =>
    Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const change = { policy: { budgetMs: 100 + index }, note: `change ${index}` };
        return publish('bay', { ...change, ...(expectedVersion === 0 && { expectedVersion }) });
      }),
    );

  it('all take effect one after the other, and each audit row starts from its predecessor', async () => {
    const before = (await published('bay')).length;
    const results = await all();
    expect(results.map(({ kind }) => kind)).toEqual(results.map(() => 'published'));
    const versions = await history('bay');
    expect(versions.map(({ version }) => version)).toEqual(
      Array.from({ length: 21 }, (_, index) => 20 - index),
    );
    expect(new Set(versions.map(({ policy }) => policy.budgetMs)).size).toBe(21);
    const budgets = versions.map(({ policy }) => policy.budgetMs).toReversed();
    const changes = (await published('bay')).slice(before).map((details) => details['changes']);
    expect(changes).toEqual(
      budgets.slice(1).map((to, index) => [{ path: 'budgetMs', from: budgets[index], to }]),
    );
  });

  it('that expect the same version: one wins, the others change nothing', async () => {
    const before = (await published('bay')).length;
    const results = await all(0);
    expect(results.map(({ kind }) => kind).toSorted()).toEqual([
      'published',
      ...Array.from({ length: 19 }, () => 'version_conflict'),
    ]);
    const won = results.flatMap((one) => (one.kind === 'published' ? [one.version] : []));
    expect(won).toMatchObject([await readPolicy({ db: database.pool }, defaults, 'bay')]);
    expect(await history('bay')).toHaveLength(2);
    expect(await published('bay')).toHaveLength(before + 1);
  });

  it('do not hold up another banner', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select pg_advisory_xact_lock(hashtextextended('policy:bay', 0))`);
      expect(await publish('lat', { policy: { reviewAll: true } })).toMatchObject({
        kind: 'published',
      });
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
