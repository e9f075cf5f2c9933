import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { listEarlierOrders } from '../../db/earlier-orders.js';
import { countLikeOrders } from '../../db/like-orders.js';
import { readSubjectCounts } from '../../db/subject-counts.js';
import type { RuleHit } from '../../domain/votes.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { readEarlierOrders } from '../../services/case-view/customer.js';
import { readLinks } from '../../services/case-view/links.js';
import { readCaseView } from '../../services/case-view/view.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { exampleSettings } from '../support/rules.js';
import { exampleItems, type Overrides, parsedExample } from '../support/transactions.js';
import { openDatabase, samePolicies } from './database.js';

type Key = ConstructorParameters<typeof Keyring>[0][number];
const key = (id: string, byte: number): Key => ({ id, bytes: Buffer.alloc(32, byte) });
const [first, second] = [key('k1', 1), key('k2', 2)];
const partnerKey = Buffer.alloc(32, 9);
const settings = exampleSettings();
const shipped = readShippedRules('rules/default.yaml');
const actor = { name: 'reviewer:ann' };

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

/** Subjects that no other order of this file shares. */
const alone = (): Overrides<Transaction> => {
  const name = randomUUID();
  return {
    creditCard: { cardNumber: cardNumber() },
    ipAddress: undefined,
    additionalData: { inAuthId: name },
    customer: { accountId: name, emailAddress: `${name}@example.com` },
    items: exampleItems({ shippingAddress: { streetLineOne: `${name} St` } }),
  };
};

let cards = 0;
const cardNumber = (): string => `40000000${String((cards += 1)).padStart(8, '0')}`;

interface Seeded {
  readonly agoHours?: number;
  readonly keys?: readonly Key[];
  readonly score?: number;
  readonly hits?: readonly RuleHit[];
  readonly label?: string;
  readonly ruleSetHash?: string;
  readonly outcome?: 'accept' | 'review';
}

const contextOf = (keys: readonly Key[] = [first]) => {
  const keyring = new Keyring(keys);
  return {
    db: database.pool,
    vault: createVault(keyring),
    tokeniser: createTokeniser(keyring, partnerKey),
    settings,
    actor,
    now: new Date(),
  };
};

/** Stores an order with its decision through the product's services. Returns its id. */
const store = async (overrides: Overrides<Transaction>, seed: Seeded = {}): Promise<string> => {
  const context = contextOf(seed.keys);
  const order = parsedExample({ orderId: randomUUID(), ...overrides });
  const received = receiveTransaction(context.tokeniser, order);
  const { transactionId } = received;
  await openTransaction(context, received);
  const at = new Date(Date.now() - (seed.agoHours ?? 0) * 3_600_000);
  for (const table of ['transactions', 'order_history', 'order_addresses', 'order_card_digits']) {
    await database.pool.query(`update ${table} set received_at = $2 where transaction_id = $1`, [
      transactionId,
      at,
    ]);
  }
  const local = {
    totalScore: seed.score ?? 45,
    outcome: seed.outcome ?? ('review' as const),
    hits: seed.hits ?? [],
    erroredRules: [],
    facts: {},
    ruleSetHash: seed.ruleSetHash ?? shipped.ruleSet.hash,
    ruleSetVersion: 0,
  };
  const policy = { version: 0, policy: settings.banners[order.banner].policy };
  await recordDecision({ db: database.pool, now: at }, policy, {
    ...{ transactionId, banner: order.banner, local, answers: [], homeAmount: order.orderTotal },
    reviewDueAt: new Date(Date.now() + 3_600_000),
  });
  if (seed.label !== undefined) await label(transactionId, seed.label);
  return transactionId;
};

const label = (transactionId: string, kind: string) =>
  database.pool.query(
    `insert into labels (label_id, transaction_id, banner, kind, amount, currency, effective_on,
        source, source_id, said_by, said_at)
      select gen_random_uuid(), transaction_id, banner, $2, 10, 'USD', current_date, 'api', '',
        'test', now()
      from transactions where transaction_id = $1`,
    [transactionId, kind],
  );

const caseOf = async (transactionId: string): Promise<string> => {
  const { rows } = await database.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.case_id ?? '';
};

/** Copies the history of an order, one copy a minute before it. */
const copyHistory = (transactionId: string, copies: number) =>
  database.pool.query(
    `with copied as (
        insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
          content_hash, content_key_id, body, status, received_at, updated_at)
        select t.transaction_id || n, t.workflow_id || n, banner, order_id || n, group_id,
          content_hash, content_key_id, body, 'processed', received_at, updated_at
        from transactions t, generate_series(1, $2::integer) n where t.transaction_id = $1
      )
      insert into order_history (transaction_id, position, received_at, banner, order_hash,
        key_id, card, email, account, device, ip, other_keys, amount, authorized_amount, currency,
        goods_hash)
      overriding system value
      select h.transaction_id || n, -n, h.received_at - n * interval '1 minute', banner,
        decode(md5(n::text), 'hex'), key_id, card, email, account, device, ip, other_keys, amount,
        authorized_amount, currency, goods_hash
      from order_history h, generate_series(1, $2::integer) n where h.transaction_id = $1`,
    [transactionId, copies],
  );

const countsOf = async (transactionId: string, subject: string) => {
  const found = await readSubjectCounts(database.pool, transactionId);
  return found.find((one) => one.subject === subject);
};

describe('the counts of a case', () => {
  it('count an order once for all its shipment groups, by window, up to its receipt', async () => {
    const shared = alone();
    await store(shared, { agoHours: 100 });
    await store({ ...shared, orderId: 'groups-1', groupId: '1' }, { agoHours: 2 });
    await store({ ...shared, orderId: 'groups-1', groupId: '2' }, { agoHours: 2 });
    const id = await store({ ...shared, currencyCode: 'CAD' });
    await store(shared);
    const found = await countsOf(id, 'card');
    expect(found?.counts.hour.orders).toBe(1);
    expect(found?.counts.day.orders).toBe(2);
    expect(found?.counts.lifetime).toMatchObject({ orders: 3, sum: 187.45, cards: 1 });
    expect(found?.isMore).toBe(false);
  });

  it('find the orders of a subject under an earlier key as its own', async () => {
    const shared = alone();
    await store(shared, { agoHours: 30, keys: [first] });
    const id = await store(shared, { keys: [second, first] });
    for (const subject of ['card', 'email', 'account', 'device', 'address']) {
      const found = await countsOf(id, subject);
      expect(found?.counts.week, subject).toMatchObject({ orders: 2, cards: 1, emails: 1 });
    }
  });

  it('stop at a bound for a shopper with very many orders, and say so', async () => {
    const id = await store(alone());
    await copyHistory(id, 5000);
    const found = await countsOf(id, 'card');
    expect(found).toMatchObject({ isMore: true, counts: { lifetime: { orders: 200 } } });
    expect(Date.now() - (found?.firstAt.getTime() ?? 0)).toBeGreaterThan(4999 * 60_000);
    expect(await listEarlierOrders(database.pool, id)).toHaveLength(200);
  });
});

describe('the earlier orders of a case', () => {
  const read = async (transactionId: string) =>
    readEarlierOrders(contextOf(), {
      transactionId,
      currency: 'USD',
      receivedAt: new Date(),
    });

  it("are the account's, with how they ended and what was bought", async () => {
    const shared = alone();
    const other = { ...shared, creditCard: { cardNumber: cardNumber() } };
    await store(shared, { agoHours: 24 * 200, label: 'good', outcome: 'accept' });
    await store(other, { agoHours: 24 * 20, label: 'fraud' });
    const id = await store({ ...shared, orderId: 'own', groupId: '1' });
    await store({ ...shared, orderId: 'own', groupId: '2' });
    const { latest, ends, quietAtPlace, yearTotal } = await read(id);
    expect(latest.map(({ label: said, goods }) => [said, goods])).toEqual([
      ['fraud', ['Wool crewneck sweater']],
      ['good', ['Wool crewneck sweater']],
    ]);
    expect(ends).toMatchObject({ orders: 2, good: 1, fraud: 1, isMore: false });
    expect({ quietAtPlace, yearTotal }).toEqual({ quietAtPlace: 1, yearTotal: 187.45 });
  });

  it('are those of the mailbox for an order without an account, and none for a stranger', async () => {
    const shared = alone();
    const guest = {
      ...shared,
      customer: { ...shared.customer, customerType: 'guest' as const, accountId: '' },
    };
    await store(shared, { agoHours: 5 });
    const id = await store(guest);
    expect((await read(id)).ends.orders).toBe(1);
    expect((await read(await store(alone()))).ends.orders).toBe(0);
  });
});

describe('the linked orders of a case', () => {
  const links = async (transactionId: string, steps: number) => {
    const found = await readLinks(contextOf(), await caseOf(transactionId), steps);
    if (found === undefined) throw new Error('the case is not there');
    return found;
  };

  it('go one step or two, with what is shared, and are audited', async () => {
    const [one, two] = [alone(), alone()];
    const id = await store(one);
    const near = await store({ ...two, additionalData: one.additionalData });
    const far = await store({ ...alone(), creditCard: two.creditCard });
    const ofOne = await links(id, 1);
    expect(ofOne.orders.map((order) => [order.transaction_id, order.shares, order.steps])).toEqual([
      [near, ['device'], 1],
    ]);
    expect(ofOne.orders[0]?.shopper).toBe('Dana Whitfield');
    const ofTwo = await links(id, 2);
    expect(ofTwo.orders.map((order) => [order.transaction_id, order.shares, order.steps])).toEqual([
      [near, ['device'], 1],
      [far, ['card'], 2],
    ]);
    // Hashes of subjects stay in the process: numbers replace them.
    expect(ofTwo.subjects.map(({ id: name }) => name)).toEqual(['s0', 's1']);
    const { rows } = await database.pool.query(
      `select details from audit where object = $1 and action = 'links.read' order by id`,
      [id],
    );
    expect(rows.map(({ details }) => details)).toEqual([
      { orders: 1, steps: 1 },
      { orders: 2, steps: 2 },
    ]);
  });

  it('leave out a network that somebody else had a week before', async () => {
    const ipAddress = '203.0.113.77';
    await store({ ...alone(), ipAddress }, { agoHours: 24 * 8 });
    const id = await store({ ...alone(), ipAddress });
    expect((await links(id, 1)).orders).toEqual([]);
  });
});

describe('orders like one', () => {
  it('are labelled ones of the banner with a near score; the closer ones share its rule', async () => {
    const hits = [{ id: 'R3_5', name: 'Rule', points: 30, reason: '' }];
    const banner = 'lat' as const;
    await store({ ...alone(), banner }, { score: 50, hits, label: 'fraud' });
    await store({ ...alone(), banner }, { score: 50, label: 'good' });
    await store({ ...alone(), banner }, { score: 50, label: 'dispute' });
    await store({ ...alone(), banner }, { score: 90, hits, label: 'fraud' });
    await store(alone(), { score: 50, hits, label: 'fraud' });
    const changed = await store({ ...alone(), banner }, { score: 50, hits, label: 'fraud' });
    await label(changed, 'good');
    const own = await store({ ...alone(), banner }, { score: 45, hits, label: 'fraud' });
    const found = await countLikeOrders(database.pool, {
      ...{ transactionId: own, banner, score: 45, heaviestRule: 'R3_5', distance: 10 },
      at: new Date(),
    });
    expect(found).toEqual({ close_fraud: 1, close_good: 1, wide_fraud: 1, wide_good: 2 });
  });
});

describe('the view of a case', () => {
  const view = async (transactionId: string) =>
    readCaseView(
      {
        ...contextOf(),
        ...{ shipped, knownRules: new Map(), policyDefaults: samePolicies() },
      },
      await caseOf(transactionId),
    );

  const hits: RuleHit[] = [
    {
      id: 'R25',
      name: 'High order total',
      points: 45,
      reason: '',
      facts: { 'home.orderTotal': 1200 },
    },
  ];

  it('explains the stored answer, with the limits of the rule set that gave it', async () => {
    const found = await view(await store(alone(), { hits }));
    expect(found?.bands).toEqual({ reviewFrom: 40, rejectFrom: 80 });
    expect(found?.rules[0]?.values).toEqual([
      { fact: 'home.orderTotal', value: '1200', limit: 1000 },
    ]);
    expect(found?.change?.changes).toEqual([
      {
        to: 'accept',
        sets: [{ rules: ['R25'], partners: [], policy: [], score: 0 }],
        isMore: false,
      },
    ]);
  });

  it('does not guess what would change an answer of rules that are no longer known', async () => {
    const found = await view(await store(alone(), { hits, ruleSetHash: 'of-an-earlier-release' }));
    expect(found?.change).toBeUndefined();
    expect(found?.ruleCount).toBeUndefined();
    expect(found?.rules[0]?.values[0]?.limit).toBeUndefined();
  });

  it('does not guess either when the stored parts do not give the stored answer', async () => {
    const found = await view(await store(alone(), { hits: [], score: 45 }));
    expect(found?.change).toBeUndefined();
  });
});
