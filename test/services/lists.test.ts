import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryToAdd } from '../../contracts/v1/lists.js';
import { createList, listEntries, removeEntry } from '../../services/lists/lists.js';
import { exportEntries, importEntries } from '../../services/lists/csv.js';
import { lookUp } from '../../services/transactions/known-subjects.js';
import { createLeakScan } from '../support/leak-scan.js';
import { exampleItems } from '../support/transactions.js';
import { openDatabase } from './database.js';
import { age, analyst, databaseNow, newKey, processWith } from './lists-fixture.js';

const [first, second] = [newKey('2026-a'), newKey('2026-b')];
let database: Awaited<ReturnType<typeof openDatabase>>;
let now: ReturnType<typeof processWith>;

beforeAll(async () => {
  database = await openDatabase(25);
  now = processWith(database.pool, [first]);
});

beforeEach(async () => {
  await database.pool.query('delete from list_entries');
  await database.pool.query(`delete from lists where kind = 'values'`);
});

afterAll(() => database?.close());

const emailOrder = (emailAddress: string) =>
  now.receive({ customer: { emailAddress } }).transaction;

/** Lists that match an order at this moment. */
const listsHit = async (order: Parameters<typeof now.hitsOf>[0]) =>
  (await now.hitsOf(order, await databaseNow(database.pool))).map(({ list }) => list);

const remove = (list: string, entryId: string, actor = analyst) =>
  removeEntry({ db: database.pool, actor }, { list, entryId, reason: 'no longer' });

describe('an order hits an entry', () => {
  const maple = { streetLineOne: '410 Maple Avenue', zip: '60614-1234', country: 'US' };

  it.each<[string, Partial<EntryToAdd>, Parameters<typeof now.receive>[0]]>([
    [
      'of another spelling of its mailbox',
      { kind: 'email', value: 'D.ana+x@googlemail.com' },
      { customer: { emailAddress: 'dana@gmail.com' } },
    ],
    [
      'of another spelling of a place that it ships to',
      { kind: 'address', address: maple },
      {
        items: exampleItems(
          { shippingAddress: { streetLineOne: '9 Oak St', zip: '10001' } },
          {
            shippingAddress: {
              streetLineOne: '410 MAPLE AVE',
              streetLineTwo: undefined,
              zip: '60614',
              country: 'USA',
            },
          },
        ),
      },
    ],
    [
      'of another address of its IPv6 /64',
      { kind: 'ip', value: '2001:db8:1:2::9' },
      { ipAddress: '2001:DB8:1:2:ffff:1:1:1' },
    ],
    [
      'of a range that its IPv4 address lies in',
      { kind: 'ip', value: '198.51.96.0/19' },
      { ipAddress: '::ffff:198.51.100.7' },
    ],
    [
      'of a range that its IPv6 address lies in',
      { kind: 'ip', value: '2a01:4f8::/29' },
      { ipAddress: '2a01:4ff:1:2::9' },
    ],
    [
      'of its device',
      { kind: 'device', value: '6F9619FF-8B86-4D01-B42D-00CF4FC964FF' },
      { additionalData: { inAuthId: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' } },
    ],
    [
      'of its account at this banner',
      { kind: 'account', value: 'C-7788', banner: 'bay' },
      { banner: 'bay', customer: { accountId: ' C-7788 ' } },
    ],
    [
      'of the domain of its mailbox',
      { kind: 'email_domain', value: '@Mail.Example.com' },
      { customer: { emailAddress: 'x@MAIL.example.com' } },
    ],
    [
      'of its BIN',
      { kind: 'bin', value: '401288' },
      { creditCard: { cardNumber: '4012888888881881' } },
    ],
  ])('%s, and no other order does', async (_name, entry, overrides) => {
    const { entry: added } = await now.addOne('block', { ...entry, reason: 'seen before' });
    const { transaction } = now.receive(overrides);
    const hits = await now.hitsOf(transaction, await databaseNow(database.pool));
    expect(hits).toMatchObject([
      {
        list: 'block',
        listKind: 'block',
        entryId: added.entryId,
        subjectKind: entry.kind,
      },
    ]);
    expect(await listsHit(now.receive().transaction)).toEqual([]);
  });

  it('of its card, which was listed by another order that used it', async () => {
    const creditCard = { cardNumber: '4012888888881881' };
    const transactionId = await now.store({ creditCard });
    const { entry } = await now.addOne('allow', { kind: 'card', transactionId });
    expect(entry.hint).toBe('401288…1881');
    expect(await listsHit(now.receive({ creditCard }).transaction)).toEqual(['allow']);
    expect(await listsHit(now.receive().transaction)).toEqual([]);
  });

  it('and none of an entry of another kind that is written the same', async () => {
    const codes = { name: 'codes', valueKind: 'text', description: '' } as const;
    await createList({ db: database.pool, actor: analyst, now: new Date() }, codes);
    const { transaction } = now.receive();
    await now.addOne('codes', { value: transaction.card.bin6 });
    expect(await listsHit(transaction)).toEqual([]);
  });

  it('of every list that names it, once for each entry', async () => {
    const values = { name: 'vip', valueKind: 'email', description: '' } as const;
    await createList({ db: database.pool, actor: analyst, now: new Date() }, values);
    await now.addOne('vip', { value: 'd@example.com' });
    await now.addOne('block', { kind: 'email', value: 'd@example.com' });
    await now.addOne('block', { kind: 'email_domain', value: 'example.com' });
    expect(await listsHit(emailOrder('d@example.com'))).toEqual(['block', 'block', 'vip']);
  });
});

describe('the life of an entry', () => {
  const given = { kind: 'email', value: 'd@example.com' } as const;
  const hitsAt = async (ms: number) =>
    (await now.hitsOf(emailOrder('d@example.com'), new Date(ms))).length;

  it('begins at the instant it was added and ends at the instant it expires', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { entry } = await now.addOne('block', { ...given, expiresAt });
    const createdMs = Date.parse(entry.createdAt);
    const hits = await Promise.all(
      [createdMs - 1, createdMs, expiresAt.getTime() - 1, expiresAt.getTime()].map(hitsAt),
    );
    expect(hits).toEqual([0, 1, 1, 0]);
  });

  it('ends at the instant it is removed; who did it is kept, and a repeat changes nothing', async () => {
    const { entry } = await now.addOne('block', given);
    await age(database.pool, '1 hour');
    const removed = await remove('block', entry.entryId, { name: 'analyst:bo' });
    expect(removed).toMatchObject({ state: 'removed', removedBy: 'analyst:bo' });
    const removedMs = Date.parse(removed?.removedAt ?? '');
    expect(await Promise.all([removedMs - 1, removedMs].map(hitsAt))).toEqual([1, 0]);
    expect(await remove('block', entry.entryId)).toEqual(removed);
    expect(await remove('allow', entry.entryId)).toBeUndefined();
  });

  it('added again while active is answered with the existing one; afterwards it is added again', async () => {
    const expiresAt = new Date(Date.now() + 600_000);
    const one = await now.addOne('block', { ...given, expiresAt });
    const again = await now.addOne('block', { ...given, reason: 'another' });
    expect(again).toEqual({ added: false, entry: one.entry });
    await age(database.pool, '1 hour');
    const anew = await now.addOne('block', given);
    expect(anew).toMatchObject({ added: true, entry: { state: 'live' } });
    await remove('block', anew.entry.entryId);
    expect(await now.addOne('block', given)).toMatchObject({ added: true });
    const all = await listEntries(
      { db: database.pool },
      {
        list: 'block',
        beforePosition: undefined,
        limit: 9,
      },
    );
    expect(all?.entries.map(({ state }) => state)).toEqual(['live', 'removed', 'expired']);
  });

  it('cannot begin after its end', async () => {
    const expiresAt = new Date(Date.now() - 1000);
    expect(await now.add('block', given, { ...given, expiresAt })).toMatchObject({
      kind: 'refused',
      faults: [{ index: 1, field: 'expiresAt', message: 'must lie ahead' }],
    });
    expect(await hitsAt(Date.now() + 1000)).toBe(0);
  });

  it('of twenty concurrent equal adds one is stored, with one audit row', async () => {
    const adds = await Promise.all(Array.from({ length: 20 }, () => now.addOne('block', given)));
    expect(adds.filter(({ added }) => added)).toHaveLength(1);
    expect(new Set(adds.map(({ entry }) => entry.entryId)).size).toBe(1);
    const { rows } = await database.pool.query(
      `select actor, action, object, details from audit where details ->> 'entryId' = $1`,
      [adds[0]?.entry.entryId],
    );
    expect(rows).toEqual([
      {
        actor: 'analyst:test',
        action: 'list.entry_added',
        object: 'list:block',
        details: { list: 'block', entryId: adds[0]?.entry.entryId, subjectKind: 'email' },
      },
    ]);
  });

  it('equal entries of one request become one', async () => {
    const outcome = await now.add('block', given, { ...given, value: 'D+x@example.com' });
    expect(outcome).toMatchObject({ results: [{ added: true }, { added: false }] });
  });
});

describe('after a rotation of the keys', () => {
  const rotated = () => processWith(database.pool, [second, first]);
  const value = { kind: 'email', value: 'd@example.com' } as const;
  const order = { customer: { emailAddress: 'd@example.com' } };

  it('an entry under the old key still matches, and is not stored twice', async () => {
    const { entry } = await now.addOne('block', value);
    expect(entry.keyId).toBe('2026-a');
    const later = rotated();
    expect(await later.addOne('block', value)).toEqual({ added: false, entry });
    const at = await databaseNow(database.pool);
    expect(await later.hitsOf(later.receive(order).transaction, at)).toHaveLength(1);
    expect((await later.addOne('allow', value)).entry.keyId).toBe('2026-b');
  });

  it('a card that stands under two live keys is not listed twice', async () => {
    const before = await now.store();
    const { entry } = await now.addOne('block', { kind: 'card', transactionId: before });
    const later = rotated();
    const transactionId = await later.store();
    const again = await later.addOne('block', { kind: 'card', transactionId });
    expect(again).toEqual({ added: false, entry });
  });

  it('a card is listed by an order of before, under the key that it has', async () => {
    const transactionId = await now.store();
    const later = rotated();
    const { entry } = await later.addOne('block', { kind: 'card', transactionId });
    expect(entry.keyId).toBe('2026-a');
    const at = await databaseNow(database.pool);
    expect(await later.hitsOf(later.receive().transaction, at)).toHaveLength(1);
    const retired = processWith(database.pool, [second]);
    expect(await retired.add('block', { kind: 'card', transactionId })).toMatchObject({
      kind: 'refused',
      faults: [{ field: 'transactionId', code: 'invalid_value' }],
    });
  });
});

interface Life {
  readonly list: string;
  readonly key: string;
  readonly from: number;
  readonly until: number;
}

describe('matching', () => {
  const mailbox = fc.record({
    local: fc.constantFrom('a', 'b', 'A+x', 'b+', 'a.b', 'ab'),
    domain: fc.constantFrom('example.com', 'GMAIL.com', 'googlemail.com'),
  });
  const keyOf = ({ local, domain }: { local: string; domain: string }) => {
    const service = domain.toLowerCase().replace('googlemail', 'gmail');
    const box = local.toLowerCase().split('+')[0] ?? '';
    return `${service === 'gmail.com' ? box.replaceAll('.', '') : box}@${service}`;
  };
  const step = fc.record({
    mailbox,
    list: fc.constantFrom('allow', 'block'),
    isRemoval: fc.boolean(),
    lifeMs: fc.option(fc.integer({ min: 60_000, max: 90_000 })),
  });

  it('is that of a naive oracle, at every instant, after any adds and removals', async () => {
    const run = async (steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) => {
      await database.pool.query('delete from list_entries');
      const entries = new Map<string, Life>();
      for (const { mailbox: box, list, isRemoval, lifeMs } of steps) {
        const value = `${box.local}@${box.domain}`;
        const expiresAt = lifeMs === null ? undefined : new Date(Date.now() + lifeMs);
        const { entry } = await now.addOne(list, {
          kind: 'email',
          value,
          ...(expiresAt && { expiresAt }),
        });
        const removed = isRemoval ? await remove(list, entry.entryId) : undefined;
        entries.set(entry.entryId, {
          list,
          key: keyOf(box),
          from: Date.parse(entry.createdAt),
          until: Math.min(
            entry.expiresAt === null ? Infinity : Date.parse(entry.expiresAt),
            removed === undefined ? Infinity : Date.parse(removed.removedAt ?? ''),
          ),
        });
      }
      const instants = [...entries.values()].flatMap(({ from, until }) => [from - 1, from, until]);
      const box = steps[0]?.mailbox ?? { local: 'a', domain: 'example.com' };
      for (const ms of instants.filter((one) => one < Infinity)) {
        const order = emailOrder(`${box.local}@${box.domain}`);
        const hits = await now.hitsOf(order, new Date(ms));
        const expected = [...entries].filter(
          ([, life]) => life.key === keyOf(box) && life.from <= ms && ms < life.until,
        );
        expect(hits.map(({ entryId }) => entryId).toSorted()).toEqual(
          expected.map(([entryId]) => entryId).toSorted(),
        );
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), run), { numRuns: 30 });
  });

  it('asks nothing when there is nothing to ask', async () => {
    const nobody = { query: () => Promise.reject(new Error('a query was made')) };
    const nothing = { listed: [], evidenced: [] };
    expect(await lookUp({ db: nobody as never }, nothing, new Date())).toEqual({
      hits: [],
      evidence: [],
    });
  });
});

describe('what is stored', () => {
  it('holds no personal value in clear, in no table of lists, audit or export', async () => {
    const cardNumber = '4012888888881881';
    const transactionId = await now.store({ creditCard: { cardNumber } });
    const secrets = [
      ...['zora.quince', '73.44.18.201', '2001:db8:7a:b1', 'C-99123477', '17 Quince', '60614'],
      ...['6f9619ff-8b86-4d01-b42d-00cf4fc964ff', cardNumber, '410 maple', '410maple'],
    ];
    const reason = `told by zora.quince@example.com, ${cardNumber}, from 73.44.18.201`;
    await now.addOne('block', { kind: 'email', value: 'zora.quince@example.com', reason });
    await now.addOne('block', { kind: 'ip', value: '73.44.18.201', reason });
    await now.addOne('block', { kind: 'ip', value: '2001:db8:7a:b1::9', reason });
    await now.addOne('block', { kind: 'account', value: 'C-99123477', banner: 's5a' });
    await now.addOne('block', { kind: 'device', value: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' });
    const address = { streetLineOne: '17 Quince Way', zip: '60614', country: 'US' };
    await now.addOne('block', { kind: 'address', address });
    await now.addOne('block', { kind: 'card', transactionId });
    const scan = createLeakScan(secrets);
    for (const table of ['lists', 'list_entries', 'audit']) {
      const { rows } = await database.pool.query<{ row: string }>(
        `select t::text as row from ${table} t`,
      );
      expect(rows.length, table).toBeGreaterThan(0);
      for (const { row } of rows) scan.add(table, row);
    }
    for await (const piece of exportEntries({ db: database.pool }, { list: 'block' })) {
      scan.add('export', piece);
    }
    expect(scan.leaks()).toEqual([]);
  });

  it('an import is all or nothing, and its export can be imported where values are not personal', async () => {
    const bins = { name: 'bins', valueKind: 'bin', description: '' } as const;
    await createList({ db: database.pool, actor: analyst, now: new Date() }, bins);
    await createList(
      { db: database.pool, actor: analyst, now: new Date() },
      { ...bins, name: 'copy' },
    );
    const wrong = await importEntries(
      { ...now.deps, actor: analyst },
      'bins',
      'value,reason\n401288,x\n40128,x',
    );
    expect(wrong).toMatchObject({
      kind: 'refused',
      faults: [{ message: expect.stringMatching(/^line 3: value must be/) as string }],
    });
    const lines = Array.from({ length: 2500 }, (_, index) => `${400_000 + index},"=1+1, ${index}"`);
    const csv = `value,reason\n${lines.join('\n')}\n400000,again`;
    expect(await importEntries({ ...now.deps, actor: analyst }, 'bins', csv)).toEqual({
      kind: 'imported',
      result: { added: 2500, repeated: 1 },
    });
    let exported = '';
    for await (const piece of exportEntries(
      { db: database.pool },
      { list: 'bins', state: 'live' },
    )) {
      exported += piece;
    }
    expect(exported).toContain(`"'=1+1, 7"`);
    expect(await importEntries({ ...now.deps, actor: analyst }, 'copy', exported)).toMatchObject({
      result: { added: 2500, repeated: 0 },
    });
    const { rows } = await database.pool.query(
      `select count(*)::int as equal from list_entries a join list_entries b
        on a.token = b.token and a.reason = b.reason
        where a.list_name = 'bins' and b.list_name = 'copy'`,
    );
    expect(rows).toEqual([{ equal: 2500 }]);
  });
});
