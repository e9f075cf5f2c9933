import { randomInt, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertBannerTotalText } from '../../db/banner-totals.js';
import { readHistoryText } from '../../db/order-history.js';
import type { Queryable } from '../../db/pool.js';
import {
  countOrders,
  type History,
  type HistoryRow,
  type SharedKind,
  sharedKinds,
} from '../../domain/history.js';
import { withCheckDigit } from '../../local/demo/cards.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { loadHistory } from '../../services/transactions/history.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { createLeakScan } from '../support/leak-scan.js';
import { exampleItems, type Overrides, parsedExample } from '../support/transactions.js';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { openDatabase, untilLocked } from './database.js';

type Key = ConstructorParameters<typeof Keyring>[0][number];

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(12);
});

afterAll(() => database?.close());

const key = (id: string, byte: number): Key => ({ id, bytes: Buffer.alloc(32, byte) });
const [first, second] = [key('k1', 1), key('k2', 2)];
const partnerKey = Buffer.alloc(32, 9);

/** Stores an order like a process with these keys. Returns its id. */
const store = async (
  overrides: Overrides<Transaction> = {},
  keys: readonly Key[] = [first],
  db: Queryable = database.pool,
): Promise<string> => {
  const keyring = new Keyring(keys);
  const parsed = parsedExample({ orderId: randomUUID(), ...overrides });
  const received = receiveTransaction(createTokeniser(keyring, partnerKey), parsed);
  await openTransaction({ db, vault: createVault(keyring) }, received);
  return received.transactionId;
};

/** Subjects that no other order of this file shares. */
const alone = (): Overrides<Transaction> => {
  const name = randomUUID();
  return {
    ipAddress: undefined,
    additionalData: { inAuthId: randomUUID() },
    customer: { accountId: name, emailAddress: `${name}@example.com` },
    // Two random names may begin with the same number, which would be one house.
    items: exampleItems({
      shippingAddress: { streetLineOne: `${randomInt(2 ** 40)} ${name} St` },
    }),
  };
};

type Given = Overrides<Transaction>;

const twice = (given: Given): [Given, Given] => [given, given];

const randomDigits = (length: number): string =>
  Array.from({ length }, () => randomInt(10)).join('');

const ordersIn = (rows: readonly HistoryRow[]): number => countOrders(rows);

describe('an order that is stored', () => {
  it('leaves one row behind, with nothing personal in it', async () => {
    const emailAddress = 'Very.Private+tag@example.com';
    const id = await store({
      ...alone(),
      customer: { emailAddress, firstName: 'Zebediah', lastName: 'Quux', accountId: 'ACC-778899' },
      ipAddress: '203.0.113.77',
    });
    const { rows } = await database.pool.query(
      `select to_jsonb(h)::text || coalesce(jsonb_agg(to_jsonb(a))::text, '') as text
        from order_history h left join order_addresses a using (transaction_id)
        where transaction_id = $1 group by h.transaction_id`,
      [id],
    );
    expect(rows).toHaveLength(1);
    const scan = createLeakScan([
      ...[emailAddress, 'very.private', 'Zebediah', 'ACC-778899', '203.0.113.77', 'Maple'],
      ...['4111111111111111', 'Whitfield'],
    ]);
    scan.add('order_history', (rows[0] as { text: string }).text);
    expect(scan.leaks()).toEqual([]);
  });

  it('is in its own history, once for each subject that it has', async () => {
    const history = await loadHistory({ db: database.pool }, await store(alone()));
    const lacking = sharedKinds.filter((kind) => ordersIn(history[kind]) === 0);
    // Only a guest's order has others of its goods, and this one is sent to the customer.
    expect(lacking).toEqual(['ip', 'salesRep', 'goods', 'store']);
  });

  it('again, by a repeat, adds nothing new', async () => {
    const subjects = { ...alone(), orderId: randomUUID() };
    const id = await store(subjects);
    expect(await store(subjects)).toBe(id);
    expect(ordersIn((await loadHistory({ db: database.pool }, id)).email)).toBe(1);
  });

  it('shares its mailbox and place with another spelling of them', async () => {
    const name = randomUUID();
    const place = (streetLineOne: string) => exampleItems({ shippingAddress: { streetLineOne } });
    await store({
      ...alone(),
      customer: { emailAddress: `${name}+a@gmail.com` },
      items: place(`${name} Street`),
    });
    const id = await store({
      ...alone(),
      customer: { emailAddress: `${name.toUpperCase()}@GoogleMail.com` },
      items: place(`${name} St`),
    });
    const { email, address } = await loadHistory({ db: database.pool }, id);
    expect([ordersIn(email), ordersIn(address)]).toEqual([2, 2]);
  });

  it('finds what was written under an older key that is still live', async () => {
    const subjects = alone();
    await store(subjects, [first]);
    const id = await store(subjects, [second, first]);
    const history = await loadHistory({ db: database.pool }, id);
    const { email, account, device, card, address, house } = history;
    expect([email, account, device, address, house].map(ordersIn)).toEqual([2, 2, 2, 2, 2]);
    expect(new Set(house.map((row) => row.place)).size).toBe(1);
    expect(ordersIn(card)).toBeGreaterThanOrEqual(2);
    // The same card and mailbox under both keys are one card and one mailbox.
    expect(new Set(email.map((row) => row.card)).size).toBe(1);
    expect(new Set(email.map((row) => row.email)).size).toBe(1);
    expect(new Set(email.map((row) => row.billingPostal)).size).toBe(1);
  });
});

describe('a guest who buys what others bought', () => {
  const guest = (): Given => {
    const { customer, ...others } = alone();
    return { ...others, customer: { ...customer, customerType: 'guest', accountId: '' } };
  };
  /** Goods that nobody else buys, for the place of an order that is alone. */
  const onlyGoods = (skuNumber: number, given: Given): Given => {
    const streetLineOne = `${randomInt(2 ** 40)} ${randomUUID()} St`;
    return { ...given, items: exampleItems({ skuNumber, shippingAddress: { streetLineOne } }) };
  };
  const ageBy = (id: string, hours: number) =>
    database.pool.query(
      `update order_history set received_at = received_at - $2 * interval '1 hour'
        where transaction_id = $1`,
      [id, hours],
    );

  it('counts guests and accounts of the last day, and those of four weeks before apart', async () => {
    const sku = randomInt(2 ** 31);
    const old: readonly [Given, number][] = [
      [guest(), 25],
      [guest(), 27 * 24],
      [alone(), 26],
      [guest(), 28 * 24 + 1],
    ];
    for (const [given, hours] of old) await ageBy(await store(onlyGoods(sku, given)), hours);
    await ageBy(await store(onlyGoods(sku, guest())), 23);
    await store(onlyGoods(sku, alone()));
    await store(onlyGoods(sku + 1, guest()));
    const id = await store(onlyGoods(sku, guest()));
    const { goods, goodsTraffic } = await loadHistory({ db: database.pool }, id);
    expect(goods.filter(({ account }) => account === null)).toHaveLength(2);
    expect(goods.filter(({ account }) => account !== null)).toHaveLength(1);
    const { spanMs = 0, ...counts } = goodsTraffic ?? {};
    expect(counts).toEqual({ guests: 2, members: 1 });
    expect(Math.floor(spanMs / 86_400_000)).toBe(27);
  });

  it('is counted the same when it is read again after others bought it', async () => {
    const sku = randomInt(2 ** 31);
    const id = await store(onlyGoods(sku, guest()));
    const read = () => loadHistory({ db: database.pool }, id);
    const before = await read();
    await store(onlyGoods(sku, guest()));
    expect(await read()).toEqual(before);
  });
});

describe('orders of the same store', () => {
  const at = (storeNumber: number, given: Given = {}): Given => ({
    ...alone(),
    ...{ source: 'store', storeNumber, ...given },
  });
  const storeRows = async (id: string): Promise<string[]> => {
    const { store: rows } = await loadHistory({ db: database.pool }, id);
    return rows.map(({ transactionId }) => transactionId);
  };

  it('are those of the last hour at its tills, or those collected, of one banner', async () => {
    const number = randomInt(2 ** 31);
    const collected = (): Given => {
      const { items: _items, ...others } = alone();
      return {
        ...others,
        ...{ source: 'web', storeNumber: number },
        items: exampleItems({
          shippingMethod: 'pickup',
          shippingAddress: { streetLineOne: `${randomInt(2 ** 40)} ${randomUUID()} St` },
        }),
      };
    };
    const old = await store(at(number));
    await database.pool.query(
      `update order_history set received_at = received_at - interval '61 minutes'
        where transaction_id = $1`,
      [old],
    );
    const before = await store(at(number));
    await store(at(number, { banner: 'lat' }));
    await store(at(number + 1));
    await store(at(number, { source: 'web' }));
    const counter = await store(collected());
    const till = await store(at(number));
    expect((await storeRows(till)).toSorted()).toEqual([before, till].toSorted());
    const late = await store(collected());
    expect((await storeRows(late)).toSorted()).toEqual([counter, late].toSorted());
    // A later read gives the same.
    expect((await storeRows(till)).toSorted()).toEqual([before, till].toSorted());
  });

  it('are none for an order that is sent, or that an earlier version stored', async () => {
    const number = randomInt(2 ** 31);
    await store(at(number));
    expect(await storeRows(await store(at(number, { source: 'web' })))).toEqual([]);
    const id = await store(at(number));
    await database.pool.query('update order_history set store = null where transaction_id = $1', [
      id,
    ]);
    expect(await storeRows(id)).toEqual([]);
  });
});

describe('orders of one mailbox at the same moment', () => {
  it('each count exactly those stored before them: none overlooks another', async () => {
    const { customer } = alone();
    const counts = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const id = await store({ ...alone(), customer });
        return ordersIn((await loadHistory({ db: database.pool }, id)).email);
      }),
    );
    expect(counts.toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });

  it('count the same when they are asked again after later orders came', async () => {
    const { customer } = alone();
    const ids = [await store({ ...alone(), customer }), await store({ ...alone(), customer })];
    const read = () => Promise.all(ids.map((id) => loadHistory({ db: database.pool }, id)));
    const before = await read();
    await store({ ...alone(), customer });
    const strip = (histories: History[]) => histories.map(({ email, account }) => [email, account]);
    expect(strip(await read())).toEqual(strip(before));
  });
});

describe('an order that comes while another one is being stored', () => {
  const cardOf = (start: string) => withCheckDigit(start + randomDigits(15 - start.length));
  const bin = randomDigits(6);

  /** Two orders that share a subject, and nothing else. */
  const sharing: [SharedKind, () => [Given, Given]][] = [
    ['email', () => twice({ customer: { emailAddress: `${randomUUID()}@example.com` } })],
    ['account', () => twice({ customer: { accountId: randomUUID() } })],
    ['device', () => twice({ additionalData: { inAuthId: randomUUID() } })],
    ['ip', () => twice({ ipAddress: '198.51.100.7' })],
    ['address', () => twice({ items: alone().items })],
    [
      'house',
      () => {
        const street = `${randomInt(2 ** 40)} Oak St`;
        const flat = (streetLineTwo: string) => ({
          items: exampleItems({ shippingAddress: { streetLineOne: street, streetLineTwo } }),
        });
        return [flat('Apt 1'), flat('3rd floor')];
      },
    ],
    ['card', () => twice({ creditCard: { cardNumber: cardOf('5') } })],
  ];

  it.each(sharing)('waits for it when it shares its %s, and counts it', async (kind, pair) => {
    const [one, other] = pair().map((given) => {
      const own = { ...alone(), creditCard: { cardNumber: cardOf('4') } };
      return { ...own, ...given, customer: { ...own.customer, ...given.customer } };
    });
    const before = await database.pool.connect();
    await before.query('begin');
    await store(one, [first], before);
    const counted = store(other).then(async (id) =>
      ordersIn((await loadHistory({ db: database.pool }, id))[kind]),
    );
    await Promise.race([counted, untilLocked(database.pool)]);
    await before.query('commit');
    before.release();
    expect(await counted).toBe(2);
  });

  it('does not wait for it when they share a BIN only; every order after both counts both', async () => {
    const ofBin = () => ({ ...alone(), creditCard: { cardNumber: cardOf(bin) } });
    const countOf = async (id: string) =>
      ordersIn((await loadHistory({ db: database.pool }, id)).bin);
    const before = await database.pool.connect();
    await before.query('begin');
    await store(ofBin(), [first], before);
    const meanwhile = await store(ofBin());
    expect(await countOf(meanwhile)).toBe(1);
    await before.query('commit');
    before.release();
    expect(await countOf(await store(ofBin()))).toBe(3);
  });

  it('does not wait for it when both are only collected at one counter', async () => {
    const items = exampleItems({ shippingMethod: 'Store Pickup' });
    const collected = () => ({ ...alone(), creditCard: { cardNumber: cardOf('4') }, items });
    const before = await database.pool.connect();
    await before.query('begin');
    await store(collected(), [first], before);
    const meanwhile = await store(collected());
    const { address } = await loadHistory({ db: database.pool }, meanwhile);
    expect(ordersIn(address)).toBe(1);
    await before.query('commit');
    before.release();
  });
});

interface Event {
  readonly ageMs: number;
  readonly mailbox: number;
  readonly order: number;
}

describe('against a naive oracle', () => {
  const event = fc.record({
    // The limit of 180 days, to the millisecond on both sides, in no particular order.
    ageMs: fc.oneof(
      fc.constantFrom(0, 1, 180 * 86_400_000, 180 * 86_400_000 - 1, 180 * 86_400_000 + 1),
      fc.integer({ min: 0, max: 200 * 86_400_000 }),
    ),
    mailbox: fc.integer({ min: 0, max: 2 }),
    order: fc.integer({ min: 0, max: 5 }),
  });

  it('every order has the rows of its window, whatever the instants they were received at', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), async (events) => {
        const run = randomUUID();
        const now = Date.UTC(2026, 10, 21, 12);
        const ids: string[] = [];
        for (const [index, { mailbox, order }] of events.entries()) {
          const emailAddress = `${run}-${mailbox}@example.com`;
          const groupId = String(index);
          const orderId = `${run}-${order}`;
          ids.push(await store({ ...alone(), orderId, groupId, customer: { emailAddress } }));
        }
        const at = events.map(({ ageMs }) => now - ageMs);
        await database.pool.query(
          `update order_history h set received_at = given.at
            from unnest($1::text[], $2::timestamptz[]) as given(id, at)
            where h.transaction_id = given.id`,
          [ids, at.map((ms) => new Date(ms))],
        );
        const isInWindow = (own: number, index: number): boolean => {
          const age = (at[own] ?? 0) - (at[index] ?? 0);
          return index <= own && age >= 0 && age < 180 * 86_400_000;
        };
        const expected = (own: Event, ownIndex: number) =>
          ids.filter(
            (_, index) => events[index]?.mailbox === own.mailbox && isInWindow(ownIndex, index),
          );
        for (const [index, own] of events.entries()) {
          const { email } = await loadHistory({ db: database.pool }, ids[index] ?? '');
          const found = email.map(({ transactionId }) => transactionId);
          expect(new Set(found)).toEqual(new Set(expected(own, index)));
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('at scale', () => {
  it('each subject is read by its own index, never by a scan', async () => {
    const own = await openDatabase(2);
    try {
      await own.pool.query(`insert into transactions (transaction_id, workflow_id, banner, order_id,
          group_id, content_key_id, content_hash, body, status, received_at, updated_at)
        select 'tx' || n, 'w' || n, 's5a', 'o' || n, '1', 'k', '', '', 'processed', now(), now()
        from generate_series(1, 20000) n`);
      await own.pool.query(`insert into decisions (transaction_id, outcome, total_score,
          cross_reference, answer, remarks, rules_tripped, votes, hits, errored_rules, facts,
          partner_answers, rule_set_hash, priority, decided_at)
        select transaction_id, 'review', 40, gen_random_uuid(), '', '', '', '[]', '[]', '[]', '{}',
          '[]', '', 'normal', now() from transactions`);
      await own.pool.query(`insert into verdicts (transaction_id, round, outcome, source, reviewer,
          decided_at) select transaction_id, 0, 'reject', 'api', 'test', now() from transactions`);
      await own.pool.query(`insert into labels (label_id, transaction_id, banner, kind, source,
          source_id, said_by, said_at)
        select gen_random_uuid(), transaction_id, 's5a', 'good', 'api', n::text, 'test', now()
        from transactions, generate_series(1, 2) n`);
      await own.pool.query(`insert into banner_totals (banner, day, orders, p99)
        select 's5a', current_date - n, 1000, 10 from generate_series(1, 2000) n`);
      await own.pool.query(`insert into order_history (transaction_id, received_at, banner,
          order_hash, key_id, card, email, account, device, ip, sales_rep, other_keys, amount,
          authorized_amount, currency, goods_hash)
        select 'tx' || n, now() - n * interval '1 minute', 's5a', sha256(n::text::bytea), 'k',
          sha256(('c' || n / 3)::bytea), sha256(('e' || n / 3)::bytea),
          sha256(('a' || n / 3)::bytea), sha256(('d' || n / 3)::bytea),
          sha256(('i' || n / 3)::bytea), sha256(('s' || n / 3)::bytea), '{}', 10, 10, 'USD', ''
        from generate_series(20000, 1, -1) n`);
      await own.pool.query(`insert into order_addresses (transaction_id, position, received_at,
          address, house)
        select transaction_id, position, received_at, card, email from order_history`);
      await own.pool.query(`insert into order_card_digits (transaction_id, position, received_at,
          bin, last4) select transaction_id, position, received_at,
          (400000 + position % 500)::text, '1111' from order_history`);
      await own.pool.query(`insert into usual_traffic_days
        select current_date - n from generate_series(1, 2000) n`);
      await own.pool.query(`insert into usual_traffic
          (kind, subject, day, orders, unmatched, busiest_hour, busiest_day)
        select 'bin', convert_to((400000 + n % 500)::text, 'UTF8'), current_date - n / 500, 20, 1,
          2, 3 from generate_series(500, 20000) n`);
      await own.pool.query('analyze');
      const planOf = async (text: string): Promise<string> => {
        const { rows } = await own.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      const textOf = (id: string) => readHistoryText.replaceAll('$1', `'${id}'`);
      const plan = await planOf(textOf('tx77'));
      for (const kind of ['card', 'email', 'account', 'device', 'ip', 'sales_rep']) {
        expect(plan).toContain(`order_history_${kind}`);
      }
      expect(plan).toContain('order_addresses_address');
      expect(plan).toContain('order_addresses_house');
      expect(plan).toContain('order_card_digits_bin');
      expect(plan).toContain('order_history_goods');
      expect(plan).toContain('Index Scan on labels_statement');
      expect(plan).toContain('Index Scan using decisions_pkey on decisions');
      expect(plan).toContain('verdicts_pkey');
      expect(plan).toContain('Index Scan Backward using banner_totals_pkey');
      expect(plan).toContain('order_history_store');
      expect(plan).toContain('usual_traffic_pkey');
      expect(plan).not.toContain('Seq Scan');
      // Every order has the same goods: a guest's walks no further than its limits.
      await own.pool.query(`update order_history set account = null where transaction_id = 'tx77'`);
      const ofGuest = await planOf(`(analyze, timing off) ${textOf('tx77')}`);
      const walked = [...ofGuest.matchAll(/order_history_goods.*actual rows=(\d+)/g)].map(
        ([, rows]) => Number(rows),
      );
      expect(walked.toSorted((one, other) => one - other)).toEqual([200, 1000]);
      const { goodsTraffic } = await loadHistory({ db: own.pool }, 'tx77');
      expect(goodsTraffic).toEqual({ guests: 0, members: 0, spanMs: 999 * 60_000 });
      // An order that is sent reads no row of a store; one in a store reads at most 200.
      const storeRowsOf = (text: string) =>
        [...text.matchAll(/order_history_store .*(actual rows=\d+|never executed)/g)].map(
          ([, rows]) => rows,
        );
      expect(storeRowsOf(ofGuest)).toEqual(['never executed']);
      expect(ofGuest).toMatch(/usual_traffic_pkey on usual_traffic usual_2 .*never executed/);
      await own.pool.query(`update order_history set store = 's5a:612:till'`);
      await own.pool.query(`update order_history set received_at = now() - interval '30 minutes'
        + position % 100 * interval '1 second'`);
      await own.pool.query('vacuum analyze order_history');
      const inStore = await planOf(`(analyze, timing off) ${textOf('tx1')}`);
      expect(storeRowsOf(inStore)).toEqual(['actual rows=200']);
      const values = { $1: `'s5a'`, $2: `'2020-01-01'`, $3: `'USD'` };
      const counting = Object.entries(values).reduce(
        (text, [name, value]) => text.replaceAll(name, value),
        insertBannerTotalText,
      );
      expect(await planOf(counting)).toContain('order_history_banner');
    } finally {
      await own.close();
    }
  });
});
