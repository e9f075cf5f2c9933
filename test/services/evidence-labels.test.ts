import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelKinds } from '../../contracts/v1/labels.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { importLabels } from '../../services/labels/csv.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { loadTransaction } from '../../services/transactions/records.js';
import { exampleItems } from '../support/transactions.js';
import { until } from '../support/until.js';
import { openDatabase } from './database.js';
import { dueIn, makeDue } from './due-work.js';
import { evidenceWith, strangers } from './evidence-fixture.js';
import { analyst, resultsOf, say, sayDay } from './labels-fixture.js';
import { newKey } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let own: ReturnType<typeof evidenceWith>;

beforeAll(async () => {
  database = await openDatabase(8);
  own = evidenceWith(database.pool);
});
afterAll(() => database?.close());

/** Later than the receipt of every order of this file. */
const start = new Date(Date.now() + 3_600_000);
const later = (ms: number) => new Date(start.getTime() + ms);

/** States a label and has it recorded. Returns its id. */
const label = async (
  transactionId: string,
  kind: (typeof labelKinds)[number],
  now = start,
  more: Record<string, unknown> = {},
): Promise<string> => {
  const isMoney = kind === 'chargeback' || kind === 'dispute';
  const money = isMoney
    ? { amount: 12.5, currency: 'USD', date: sayDay(1), fraud: kind === 'chargeback' }
    : {};
  const sourceId = randomUUID();
  const [result] = await resultsOf(
    say(database.pool, [{ kind, transactionId, sourceId, ...money, ...more }], { now }),
  );
  await own.labels(now);
  return result?.label?.labelId ?? '';
};

const withdraw = async (labelId: string, now: Date): Promise<void> => {
  await withdrawLabel({ db: database.pool, actor: analyst, now }, { labelId, reason: 'wrong' });
  await own.labels(now);
};

const dueCount = async (): Promise<number> => (await dueIn(database.pool, 'label_evidence')).length;

describe('a label as fraud', () => {
  it('is evidence of each subject of its order, found by each alone, and never by digits', async () => {
    const mine = strangers();
    const order = await own.order(mine);
    const labelId = await label(order, 'chargeback', start, { reason: '10.4' });
    const { creditCard, additionalData, items, customer } = mine;
    const stranger = strangers().customer;
    const subjects = {
      ...{ card: { creditCard }, device: { additionalData }, address: { items } },
      email: { customer: { ...stranger, emailAddress: customer?.emailAddress } },
      account: { customer: { ...stranger, accountId: customer?.accountId } },
    };
    for (const [subject, shared] of Object.entries(subjects)) {
      const other = await own.order(shared);
      expect(await own.known(other, start)).toMatchObject([
        { kind: 'chargeback', source: 'label', subject, reference: labelId },
      ]);
      expect(await own.shown(other)).toMatchObject([
        {
          ...{ reference: labelId, weak: false, occurredAt: `${sayDay(1)}T00:00:00.000Z` },
          details: {
            ...{ labelId, transactionId: order, banner: 's5a' },
            ...{ amount: 12.5, currency: 'USD', reason: '10.4' },
          },
        },
      ]);
    }
    expect(await own.known(await own.order(), start)).toEqual([]);
  });

  it.each([
    ['fraud', 'fraud'],
    ['refunded_as_fraud', 'refund'],
  ] as const)('%s is evidence of kind %s, of when it was said', async (kind, told) => {
    const mine = strangers();
    await label(await own.order(mine), kind);
    const [found] = await own.known(await own.order({ creditCard: mine.creditCard }), start);
    expect(found).toMatchObject({ kind: told, occurredAtMs: start.getTime() });
  });

  it('is no evidence on its own order: not shown there, not known at its receipt, not noted', async () => {
    const order = await own.order();
    await own.openCase(order, start);
    await label(order, 'fraud');
    expect(await own.shown(order)).toEqual([]);
    expect(await own.noted(order)).toEqual([]);
    expect(await own.known(order, new Date())).toEqual([]);
  });

  it('is of each of several places of its order', async () => {
    const places = ['1 First St', '2 Second St'].map((street) => `${street} ${randomUUID()}`);
    const itemsTo = (street: string) =>
      exampleItems({ shippingAddress: { streetLineOne: street } });
    await label(await own.order({ items: places.flatMap(itemsTo) }), 'fraud');
    for (const place of places) {
      const other = await own.order({ items: itemsTo(place) });
      expect(await own.known(other, start)).toMatchObject([{ subject: 'address' }]);
    }
  });

  it('is noted on open cases that share something, once with all that they share', async () => {
    const mine = strangers();
    const [order, twin, friend, stranger] = [
      await own.order(mine),
      await own.order(mine),
      await own.order({ additionalData: mine.additionalData }),
      await own.order(),
    ];
    for (const id of [twin, friend, stranger]) await own.openCase(id, start);
    const labelId = await label(order, 'chargeback');
    const noted = { kind: 'chargeback', source: 'label', reference: labelId };
    expect(await own.noted(twin)).toMatchObject([noted]);
    const subjects = (await own.noted(twin))[0]?.['subjects'] as string[];
    expect(new Set(subjects)).toEqual(new Set(['card', 'email', 'account', 'device', 'address']));
    expect(await own.noted(friend)).toMatchObject([{ ...noted, subjects: ['device'] }]);
    expect(await own.noted(stranger)).toEqual([]);
  });

  it('of another kind replaces it, and a good one withdraws it', async () => {
    const mine = strangers();
    const order = await own.order(mine);
    const other = await own.order({ creditCard: mine.creditCard });
    const kindsAt = async (at: Date) => (await own.known(other, at)).map(({ kind }) => kind);
    await label(order, 'fraud', later(0));
    await label(order, 'chargeback', later(1000));
    await label(order, 'good', later(2000));
    expect(await kindsAt(later(0))).toEqual(['fraud']);
    expect(await kindsAt(later(1000))).toEqual(['chargeback']);
    expect(await kindsAt(later(2000))).toEqual([]);
    expect(await own.shown(other)).toEqual([]);
  });

  it('that is withdrawn counts while it was current, and the one before it counts again', async () => {
    const mine = strangers();
    const order = await own.order(mine);
    const other = await own.order({ creditCard: mine.creditCard });
    const first = await label(order, 'fraud', later(0));
    const second = await label(order, 'chargeback', later(1000));
    await withdraw(second, later(2000));
    await withdraw(first, later(3000));
    const at = async (ms: number) => (await own.known(other, later(ms))).map((e) => e.reference);
    expect(await at(-1)).toEqual([]);
    expect(await at(999)).toEqual([first]);
    expect(await at(1999)).toEqual([second]);
    expect(await at(2000)).toEqual([`${first}#2`]);
    expect(await at(3000)).toEqual([]);
  });

  it('repeated changes nothing', async () => {
    const mine = strangers();
    const order = await own.order(mine);
    const once = { kind: 'fraud', transactionId: order };
    for (let n = 0; n < 2; n += 1) {
      await resultsOf(say(database.pool, [once], { now: later(n) }));
      await own.labels(later(n));
    }
    await makeDue(database.pool, 'label_evidence', order, start);
    expect(await own.labels(later(2))).toMatchObject({ done: 1, evidence: 0 });
    const other = await own.order({ creditCard: mine.creditCard });
    expect(await own.known(other, later(2))).toHaveLength(1);
  });

  it('under an older key of its order is known to a process with both keys, and is not stored twice', async () => {
    const [first, second] = [newKey('first'), newKey('second')];
    const old = evidenceWith(database.pool, [first]);
    const mine = strangers();
    const order = await old.order(mine);
    await resultsOf(say(database.pool, [{ kind: 'fraud', transactionId: order }], { now: start }));
    const rotated = evidenceWith(database.pool, [second, first]);
    // The order's body is sealed in the vault of this file's fixture.
    await rotated.labels(start);
    const other = await rotated.order(mine);
    const found = await rotated.known(other, start);
    expect(new Set(found.map(({ subject }) => subject))).toEqual(
      new Set(['card', 'email', 'account', 'device', 'address']),
    );
    await makeDue(database.pool, 'label_evidence', order, start);
    expect(await rotated.labels(start)).toMatchObject({ done: 1, evidence: 0 });
  });
});

describe('labels that wait', () => {
  it('of a file of 1000 are stored with one statement and all become evidence, by two workers at once', async () => {
    const orders: string[] = [];
    for (let n = 0; n < 1000; n += 1) orders.push(await own.order());
    const text = ['kind,transaction_id', ...orders.map((id) => `fraud,${id}`)].join('\n');
    const imported = await importLabels(
      { db: database.pool, actor: analyst, now: start },
      { text, matchDays: 3 },
    );
    expect(imported).toMatchObject({ report: { taken: 1000 } });
    expect(await dueCount()).toBe(1000);
    const worker = async (): Promise<number> => {
      for (let evidence = 0; ; ) {
        const batch = await own.labels(start);
        evidence += batch.evidence;
        if (batch.done === 0) return evidence;
      }
    };
    const [one, other] = await Promise.all([worker(), worker()]);
    expect(one + other).toBe(5000);
    expect(await dueCount()).toBe(0);
    const { rows } = await database.pool.query<{ n: number }>(
      `select count(*)::int as n from evidence where details ->> 'transactionId' = any($1)`,
      [orders],
    );
    expect(rows).toEqual([{ n: 5000 }]);
  });

  it('of an order that cannot be opened wait an hour and hold no other up', async () => {
    const [lost, fine] = [await own.order(), await own.order()];
    const elsewhere = createVault(new Keyring([newKey('other')]));
    await database.pool.query('update transactions set body = $2 where transaction_id = $1', [
      lost,
      elsewhere.seal('{}', lost),
    ]);
    const statements = [lost, fine].map((transactionId) => ({ kind: 'fraud', transactionId }));
    await resultsOf(say(database.pool, statements, { now: start }));
    expect(await own.labels(start)).toMatchObject({ done: 1, unreadable: 1 });
    expect(await own.labels(later(3_600_000 - 1))).toMatchObject({ done: 0, unreadable: 0 });
    expect(await own.labels(later(3_600_000))).toMatchObject({ done: 0, unreadable: 1 });
    await database.pool.query('delete from due_work');
  });

  it('are none when a statement was refused', async () => {
    const given = [{ kind: 'fraud', transactionId: 'none' }];
    expect(await say(database.pool, given)).toMatchObject({ kind: 'refused' });
    expect(await dueCount()).toBe(0);
  });
});

describe('rules', () => {
  it('R46 scores labels of our own orders, R49 those from elsewhere, none twice', async () => {
    const mine = strangers();
    const order = await own.order(mine);
    const { receivedAt } = await loadTransaction({ ...own.deps, db: database.pool }, order);
    // A label stated in the millisecond of the receipt was known at the receipt.
    const isLater = () => Promise.resolve(Date.now() > receivedAt.getTime());
    await until('the order was received before', isLater);
    const at = new Date();
    await resultsOf(
      say(database.pool, [{ kind: 'refunded_as_fraud', transactionId: order }], { now: at }),
    );
    await own.labels(new Date());
    const later1 = await own.order({ creditCard: mine.creditCard });
    expect(await own.pointsOf(later1, 'R46')).toBe(60);
    expect(await own.pointsOf(later1, 'R49')).toBeUndefined();
    await database.pool.query(
      `insert into evidence (evidence_id, kind, source, reference, subject_kind, key_id, token,
        occurred_at, recorded_at, details)
      select gen_random_uuid(), 'refund', 'bank', 'B-1', subject_kind, key_id, token, $2, $2, '{}'
      from evidence where details ->> 'transactionId' = $1 and subject_kind = 'card'`,
      [order, at],
    );
    const later2 = await own.order({ creditCard: mine.creditCard });
    expect(await own.pointsOf(later2, 'R49')).toBe(60);
    expect(await own.pointsOf(later1, 'R49')).toBe(60);
    expect(await own.pointsOf(order, 'R49')).toBeUndefined();
  });
});

/** A step about one of two orders: a label is stated, or a stated one is withdrawn. */
const Step = fc.oneof(
  fc.record({ order: fc.nat(1), kind: fc.constantFrom(...labelKinds) }),
  fc.record({ order: fc.nat(1), withdraws: fc.nat(3) }),
);

interface Said {
  readonly id: string;
  readonly order: number;
  readonly kind: (typeof labelKinds)[number];
  isWithdrawn: boolean;
}

const evidenceKinds = {
  fraud: 'fraud',
  chargeback: 'chargeback',
  refunded_as_fraud: 'refund',
  dispute: 'dispute',
};

/** The evidence that must be known now, from the statements so far. */
const oracle = (said: readonly Said[]): string[] =>
  [0, 1]
    .flatMap((order) => said.findLast((one) => one.order === order && !one.isWithdrawn) ?? [])
    .flatMap(({ id, kind }) => (kind === 'good' ? [] : [`${evidenceKinds[kind]} ${id}`]))
    .toSorted();

const take = async (
  step: typeof Step extends fc.Arbitrary<infer T> ? T : never,
  orders: readonly string[],
  said: Said[],
  now: Date,
): Promise<void> => {
  if ('kind' in step) {
    const transactionId = orders[step.order] ?? '';
    const money = { amount: 1, currency: 'USD', date: sayDay(1) };
    const code = { reason: step.kind === 'dispute' ? '13.1' : '10.4' };
    const given = { kind: step.kind, transactionId, sourceId: randomUUID(), ...money, ...code };
    const [result] = await resultsOf(say(database.pool, [given], { now }));
    const id = result?.label?.labelId ?? '';
    said.push({ id, order: step.order, kind: step.kind, isWithdrawn: false });
    return;
  }
  const standing = said.filter((one) => one.order === step.order && !one.isWithdrawn);
  const one = standing[step.withdraws % Math.max(1, standing.length)];
  if (one === undefined) return;
  await withdrawLabel({ db: database.pool, actor: analyst, now }, { labelId: one.id, reason: 'x' });
  one.isWithdrawn = true;
};

it('whatever is stated and withdrawn, each instant sees exactly what was known then', async () => {
  const steps = fc.array(Step, { minLength: 1, maxLength: 10 });
  const checked = fc.asyncProperty(steps, fc.nat(2), async (taken, lag) => {
    const mine = strangers();
    const orders = [await own.order(mine), await own.order({ creditCard: mine.creditCard })];
    const other = await own.order({ creditCard: mine.creditCard });
    const said: Said[] = [];
    const expected: [Date, string[]][] = [];
    for (const [index, step] of taken.entries()) {
      const at = later(index * 1000);
      await take(step, orders, said, at);
      // Workers run now and then: what came and went between two runs was never known.
      if (index % (lag + 1) !== lag && index !== taken.length - 1) continue;
      await own.labels(at);
      expected.push([at, oracle(said)]);
    }
    for (const [index, [at, wanted]] of expected.entries()) {
      const endMs = expected[index + 1]?.[0].getTime() ?? at.getTime() + 1000;
      for (const instant of [at, new Date(endMs - 1)]) {
        const found = (await own.known(other, instant)).map(
          ({ kind, reference }) => `${kind} ${reference.replace(/#\d+$/, '')}`,
        );
        expect(found.toSorted()).toEqual(wanted);
      }
    }
  });
  await fc.assert(checked, { numRuns: 25 });
});
