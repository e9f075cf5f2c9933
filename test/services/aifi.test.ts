import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFacts } from '../../domain/facts/catalogue.js';
import { noLookups } from '../../domain/lookups.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { drainPushes, keepPush } from '../../services/evidence/aifi-pushes.js';
import { showEvidence } from '../../services/evidence/subjects.js';
import { deleteOld } from '../../services/retention.js';
import { aifiPush } from '../support/aifi-push.js';
import { exampleSettings } from '../support/rules.js';
import { openDatabase } from './database.js';
import { makeDue } from './due-work.js';
import { newKey, processWith } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});

afterAll(() => database?.close());

const [first, second] = [newKey('k1'), newKey('k2')];
const settings = {
  ...exampleSettings(),
  stores: [{ number: 7, banner: 'bay', country: 'CA' } as const],
};
const now = new Date('2026-11-21T12:00:00Z');
const dayMs = 86_400_000;
const ago = (days: number) => new Date(now.getTime() - days * dayMs).toISOString();

type Process = ReturnType<typeof processWith>;
const processOf = (...keys: Parameters<typeof processWith>[1]): Process =>
  processWith(database.pool, keys.length === 0 ? [first] : keys);

const drain = ({ deps }: Process, at = now) =>
  drainPushes({ ...deps, settings, now: at }, { limit: 500 });

const push = async (process: Process, overrides: Record<string, unknown>) => {
  const given = aifiPush({ timeOfOrigin: ago(0), ...overrides });
  return keepPush({ ...process.deps, db: database.pool, now }, given);
};

/** An order of an account and, by its digits, of a card of its own. */
const orderOf = ({ receive }: Process, overrides: Record<string, unknown> = {}) =>
  receive({ customer: { accountId: randomUUID() }, ...overrides }).transaction;

const accountOf = ({ customer }: SanitisedTransaction) => ({ externalId: customer.accountId });
const cardOf = ({ card }: SanitisedTransaction) => ({
  paymentInstrument: { cardBin: card.bin6, cardLast4: card.last4 },
});

/** What is known of an order's subjects when it is received. */
const evidenceOf = (process: Process, order: SanitisedTransaction, at = now) =>
  process.evidenceOf(order, at);

describe('a push that is drained', () => {
  it.each([
    ['of the account', 'account', false],
    ['of the card, and weak', 'card_digits', true],
  ] as const)('is evidence %s of a later order', async (_name, subject, weak) => {
    const process = processOf();
    const cardNumber = '5555555555554444';
    const order = orderOf(process, weak ? { creditCard: { cardNumber } } : {});
    await push(process, weak ? { payment: cardOf(order) } : { customer: accountOf(order) });
    await drain(process);
    const shown = await showEvidence(process.deps, 'later', order);
    expect(shown).toMatchObject([{ kind: 'aifi_suspicion', source: 'aifi', subject, weak }]);
    expect(await evidenceOf(process, order)).toMatchObject([{ subject }]);
    expect(await evidenceOf(process, orderOf(process))).toEqual([]);
  });

  it('concerns the account at the banner of its store, at every banner without a known store', async () => {
    const process = processOf();
    for (const [storeExternalId, found] of [
      ['7', ['bay']],
      ['8', ['lat', 's5a', 'o5a', 'bay']],
      [null, ['lat', 's5a', 'o5a', 'bay']],
    ] as const) {
      const accountId = randomUUID();
      await push(process, { customer: { externalId: accountId }, storeExternalId });
      await drain(process);
      const at: string[] = [];
      for (const banner of ['lat', 's5a', 'o5a', 'bay'] as const) {
        const order = { ...orderOf(process, { customer: { accountId } }), banner };
        if ((await evidenceOf(process, order)).length > 0) at.push(banner);
      }
      expect(at).toEqual(found);
    }
  });

  it('applies to later orders of its store for a day, as weak, and adds nothing to other facts', async () => {
    const process = processOf();
    const storeNumber = 424_242;
    const sale = (banner: 'bay' | 's5a') => ({ ...orderOf(process, { storeNumber }), banner });
    await push(process, { storeExternalId: String(storeNumber) });
    await drain(process);
    const day = new Date(now.getTime() + dayMs);
    const order = sale('bay');
    expect(await evidenceOf(process, order)).toMatchObject([{ subject: 'store' }]);
    expect(await evidenceOf(process, sale('s5a'))).toMatchObject([{ subject: 'store' }]);
    expect(await evidenceOf(process, orderOf(process))).toEqual([]);
    expect(await evidenceOf(process, order, new Date(day.getTime() - 1))).toHaveLength(1);
    expect(await evidenceOf(process, order, day)).toEqual([]);
    const facts = readFacts({
      ...{ transaction: order, settings, receivedAtMs: now.getTime(), lookups: noLookups },
      ...{ history: undefined, listings: undefined },
      evidence: await evidenceOf(process, order),
    });
    expect(facts['evidence']).toMatchObject({
      ...{ aifiInStore24h: 1, aifiPoints: 0, aifiCount: 0, count180d: 0, strong180d: 0 },
    });
  });

  it('of a past day does not appear on orders of its store', async () => {
    const process = processOf();
    const storeNumber = 424_243;
    const pushOf = (timeOfOrigin: string) => {
      const given = aifiPush({ timeOfOrigin, storeExternalId: String(storeNumber) });
      return keepPush({ ...process.deps, db: database.pool, now: new Date() }, given);
    };
    const [today, long] = [new Date().toISOString(), new Date(Date.now() - 2 * dayMs)];
    await pushOf(long.toISOString());
    await pushOf(today);
    await drain(process, new Date());
    const id = await process.store({ storeNumber });
    const { transaction } = process.receive({ storeNumber });
    const shown = await showEvidence(process.deps, id, transaction);
    expect(shown.map(({ occurredAt }) => occurredAt)).toEqual([today]);
  });

  it.each(['employee', 'tester'])('of an %s is recorded and accuses nobody', async (role) => {
    const process = processOf();
    const order = orderOf(process);
    const kept = await push(process, { customer: { ...accountOf(order), role } });
    expect(await drain(process)).toMatchObject({ drained: 1, evidence: 0 });
    expect(await evidenceOf(process, order)).toEqual([]);
    const { rows } = await database.pool.query('select 1 from aifi_pushes where push_id = $1', [
      kept?.pushId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('counts by the time of its event, in whatever order pushes arrive', async () => {
    const process = processOf();
    const order = orderOf(process);
    await push(process, { customer: accountOf(order), timeOfOrigin: ago(1) });
    await drain(process);
    await push(process, { customer: accountOf(order), timeOfOrigin: ago(40) });
    await drain(process);
    const found = await evidenceOf(process, order);
    expect(found.map(({ occurredAtMs }) => occurredAtMs)).toEqual([
      now.getTime() - dayMs,
      now.getTime() - 40 * dayMs,
    ]);
  });

  it('is done once by many that drain at the same moment', async () => {
    const process = processOf();
    const orders = Array.from({ length: 60 }, () => orderOf(process));
    for (const order of orders)
      await push(process, { customer: accountOf(order), storeExternalId: '7' });
    const batches = await Promise.all([1, 2, 3, 4].map(() => drain(process)));
    expect(batches.reduce((sum, { drained }) => sum + drained, 0)).toBe(60);
    // Of the account and of the store.
    expect(batches.reduce((sum, { evidence }) => sum + evidence, 0)).toBe(120);
  });

  it('again, after a late crash, adds nothing', async () => {
    const process = processOf();
    const order = orderOf(process);
    const kept = await push(process, { customer: accountOf(order) });
    await drain(process);
    const again = 'update aifi_pushes set drained_at = null where push_id = $1';
    await database.pool.query(again, [kept?.pushId]);
    await makeDue(database.pool, 'aifi', kept?.pushId ?? '', now);
    expect(await drain(process)).toMatchObject({ drained: 1, evidence: 0 });
    expect(await evidenceOf(process, order)).toHaveLength(1);
  });

  it('is found under a key that was rotated since, and waits without holding others up while it cannot be opened', async () => {
    const old = processOf(first);
    const order = orderOf(old);
    await push(old, { customer: accountOf(order) });
    await drain(old);
    expect(await evidenceOf(processOf(second, first), order)).toHaveLength(1);
    const kept = await push(old, {});
    await database.pool.query("update aifi_pushes set body = '\\x00' where push_id = $1", [
      kept?.pushId,
    ]);
    await push(old, {});
    expect(await drain(old)).toMatchObject({ drained: 1, unreadable: 1 });
    expect(await drain(old)).toMatchObject({ drained: 0, unreadable: 0 });
    const later = new Date(now.getTime() + 3_600_000);
    expect(await drain(old, later)).toMatchObject({ unreadable: 1 });
    await database.pool.query('delete from aifi_pushes where push_id = $1', [kept?.pushId]);
  });
});

describe('retention', () => {
  it('deletes what was received before its days, and nothing younger', async () => {
    const process = processOf();
    const orders = [orderOf(process), orderOf(process)] as const;
    const ids: (string | undefined)[] = [];
    for (const order of orders) {
      ids.push((await push(process, { customer: accountOf(order) }))?.pushId);
    }
    await drain(process);
    const old = new Date(now.getTime() - 400 * dayMs - 1);
    await database.pool.query('update aifi_pushes set received_at = $2 where push_id = $1', [
      ids[0],
      old,
    ]);
    await database.pool.query('update evidence set recorded_at = $2 where reference = $1', [
      ids[0],
      old,
    ]);
    // The younger one is so by 2 ms only.
    const young = new Date(old.getTime() + 2);
    await database.pool.query('update aifi_pushes set received_at = $2 where push_id = $1', [
      ids[1],
      young,
    ]);
    await database.pool.query('update evidence set recorded_at = $2 where reference = $1', [
      ids[1],
      young,
    ]);
    const kept = { evidence: { retentionDays: 400 }, alerts: { retentionDays: 400 } };
    const plan = { settings: kept, statementsMax: 10 };
    const { deleted } = await deleteOld({ db: database.pool, now }, plan);
    expect(deleted).toMatchObject({ evidence: 4, pushes: 1 });
    expect(await evidenceOf(process, orders[1])).toHaveLength(1);
  });
});
