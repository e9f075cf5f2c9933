import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { banners, parseTransaction } from '../../contracts/hbc/transaction.js';
import { insertUsualTraffic } from '../../db/usual-traffic.js';
import { matchingCodes } from '../../domain/avs.js';
import {
  type History,
  promotedKinds,
  sharedKinds,
  usualKinds,
  usualLagDays,
} from '../../domain/history.js';
import { dayMs, hourMs } from '../../bench/population/calendar.js';
import { type Draft, patterns } from '../../bench/population/draft.js';
import { draftPopulation } from '../../bench/population/generate.js';
import { createMemoryHistory, type MemoryHistory } from '../../bench/population/memory-history.js';
import { orderOf, writeOrder } from '../../bench/population/write-order.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { loadHistory } from '../../services/transactions/history.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { openDatabase } from '../services/database.js';

/** The same mailbox at a domain of its own: a large one, or one of forty firms. */
const atFirm = (draft: Draft): Draft => {
  const [local = '', domain] = draft.customer.emailAddress.split('@');
  if (domain !== 'example.com' && domain !== 'example.net') return draft;
  const firm = domain === 'example.com' ? `firm-${local.length % 8}-${local[0]}` : 'large';
  return { ...draft, customer: { ...draft.customer, emailAddress: `${local}@${firm}.test` } };
};

/** Orders that share much: whole campaigns, and honest people of the same days. */
const drafts = (() => {
  const all = draftPopulation(7, 600);
  const fraud = patterns.flatMap((pattern) =>
    all.filter(({ truth }) => truth === pattern).slice(0, 18),
  );
  const honest = all.filter(({ truth }) => truth === 'honest');
  const sold = honest.filter(({ source }) => source !== 'web').slice(0, 60);
  const latest = honest.slice(-120).map((draft, number) => {
    // Every third is of one store, whose tills and counter are busy at midnight.
    if (number % 3 > 0) return draft;
    const way = number % 2 > 0 ? { source: 'store' as const } : { shippingMethod: 'pickup' };
    const atMs = Math.floor(draft.atMs / dayMs) * dayMs + number * 1000;
    return { ...draft, ...way, atMs, banner: 's5a' as const, storeNumber: 612 };
  });
  const busy = latest.find(({ ip }) => ip !== undefined);
  // Enough orders with one card from one address that it has a usual traffic.
  const before = Array.from({ length: 30 }, (_, number): Draft[] =>
    busy === undefined
      ? []
      : [{ ...busy, orderId: `9${number}`, atMs: busy.atMs - (72 + number * 7) * hourMs }],
  ).flat();
  return [...new Set([...fraud, ...sold, ...before, ...latest])]
    .map(atFirm)
    .toSorted((one, other) => one.atMs - other.atMs);
})();

let database: Awaited<ReturnType<typeof openDatabase>>;
let memory: MemoryHistory;
let ids: readonly string[];

/** Replaces the times at which the test stored the orders by those of the population. */
const moveInTime = async (id: string, at: Date): Promise<void> => {
  const tables = ['transactions', 'order_history', 'order_card_digits', 'order_addresses'];
  for (const table of tables) {
    await database.pool.query(`update ${table} set received_at = $2 where transaction_id = $1`, [
      id,
      at,
    ]);
  }
};

/** Stores every order in both; half of them get a fraud label within the next two weeks. */
const storeAll = async (): Promise<string[]> => {
  const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);
  const tokeniser = createTokeniser(keyring, Buffer.alloc(32, 9));
  const deps = { db: database.pool, vault: createVault(keyring) };
  const stored: string[] = [];
  for (const [index, draft] of drafts.entries()) {
    const parsed = parseTransaction(writeOrder(draft));
    if (!parsed.ok) throw new Error('the order does not parse');
    const received = receiveTransaction(tokeniser, parsed.value);
    const { transactionId } = received;
    await openTransaction(deps, received);
    await moveInTime(transactionId, new Date(draft.atMs));
    memory.add({ transactionId, transaction: orderOf(draft), receivedAtMs: draft.atMs });
    stored.push(transactionId);
    if (index % 2 === 0) await say(transactionId, draft.atMs + (index % 14) * dayMs);
  }
  return stored;
};

/** Counts each day whose traffic an order may see, as the schedule does on the day after. */
const countUsualTraffic = async (): Promise<void> => {
  const days = drafts.map(({ atMs }) =>
    new Date(atMs - usualLagDays * dayMs).toISOString().slice(0, 10),
  );
  for (const day of new Set(days)) {
    await insertUsualTraffic(database.pool, day, banners, {
      ...{ avsCodes: matchingCodes('orbital'), responseCodes: [0, 100] },
    });
  }
};

const say = async (transactionId: string, atMs: number): Promise<void> => {
  await database.pool.query(
    `insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by,
        said_at)
      select gen_random_uuid(), $1, banner, 'fraud', 'api', '', 'test', $2
      from transactions where transaction_id = $1`,
    [transactionId, new Date(atMs)],
  );
  memory.label(transactionId, 'fraud', atMs);
};

beforeAll(async () => {
  database = await openDatabase();
  memory = createMemoryHistory();
  ids = await storeAll();
  await countUsualTraffic();
});

afterAll(() => database?.close());

/** A history in which the position of its first occurrence replaces every hash and text. */
const plainForm = (history: History) => {
  const seen = new Map<string, number>();
  const place = (value: string | null): number | null => {
    if (value === null) return null;
    if (!seen.has(value)) seen.set(value, seen.size);
    return seen.get(value) ?? null;
  };
  return sharedKinds.map((kind) => [
    kind,
    history[kind]
      .toSorted((one, other) => other.position - one.position)
      .map((row) => ({
        ...{ id: row.transactionId, atMs: row.receivedAtMs, label: row.label, last4: row.last4 },
        ...{ amount: row.amount, authorised: row.authorizedAmount, reviewed: row.wasReviewed },
        ...{ order: place(row.order), card: place(row.card), email: place(row.email) },
        ...{ account: place(row.account), device: place(row.device), goods: place(row.goods) },
        ...{ postal: place(row.billingPostal), name: place(row.name) },
        // Postgres leaves them out of rows of other kinds, because no fact compares them.
        promotions: promotedKinds.includes(kind) ? row.promotions.map(place) : [],
      })),
  ]);
};

const domainSigns = ['frauds', 'sinceDays', 'billedDays'] as const;

describe('the history in memory', () => {
  it('gives every order the same history as Postgres', async () => {
    expect(ids.length).toBeGreaterThan(200);
    let shared = 0;
    const usual = { bin: 0, ip: 0, store: 0 };
    let [neighbours, sharedHouses, runs, stores] = [0, 0, 0, 0];
    const domains = { frauds: 0, sinceDays: 0, billedDays: 0 };
    for (const id of ids) {
      const history = memory.of(id);
      shared += sharedKinds.filter((kind) => history[kind].length > 1).length;
      for (const kind of usualKinds) usual[kind] += history.usual[kind] === null ? 0 : 1;
      const stored = await loadHistory({ db: database.pool }, id);
      expect(plainForm(history)).toEqual(plainForm(stored));
      expect(history.usual).toEqual(stored.usual);
      expect(history.binDay).toEqual(stored.binDay);
      expect(history.goodsTraffic).toEqual(stored.goodsTraffic);
      stores += history.store.length > 1 ? 1 : 0;
      runs += history.goods.length > 2 && (history.goodsTraffic?.guests ?? 0) > 0 ? 1 : 0;
      expect(history.domain).toEqual(stored.domain);
      for (const sign of domainSigns) domains[sign] += (history.domain?.[sign] ?? 0) > 0 ? 1 : 0;
      neighbours += history.binDay.neighbours;
      sharedHouses += history.house.length > 1 ? 1 : 0;
    }
    expect(usual.bin).toBeGreaterThan(0);
    expect(usual.ip).toBeGreaterThan(0);
    expect(usual.store).toBeGreaterThan(10);
    expect(stores).toBeGreaterThan(10);
    expect(neighbours).toBeGreaterThan(20);
    expect(sharedHouses).toBeGreaterThan(20);
    expect(runs).toBeGreaterThan(5);
    for (const sign of domainSigns) expect(domains[sign]).toBeGreaterThan(5);
    // Otherwise this would prove nothing about shared subjects.
    expect(shared).toBeGreaterThan(200);
  });
});
