import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { countOrders } from '../../domain/history.js';
import { subjectTokensOf } from '../../services/evidence/subjects.js';
import { restateEvidence } from '../../services/evidence/record.js';
import { listSubjectsOf } from '../../services/lists/matches.js';
import { loadHistory } from '../../services/transactions/history.js';
import { exampleItems, type Overrides } from '../support/transactions.js';
import { openDatabase } from './database.js';
import { databaseNow, newKey, processWith } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let own: ReturnType<typeof processWith>;

beforeAll(async () => {
  database = await openDatabase();
  own = processWith(database.pool, [newKey('k1'), newKey('k0')]);
});

afterAll(() => database?.close());

const circle = { streetLineOne: '12 Saint James Circle', streetLineTwo: undefined };
const rico = { ...circle, zip: '901', state: 'PR', country: 'Puerto Rico' };
const town = { ...circle, city: 'Evanston', state: 'IL', zip: '' };

/** The hashed texts of version 1, as databases hold them: these texts must not change. */
const written = {
  circle: '12saintjamescircle|60202|US',
  rico: '12saintjamescircle|901|PR',
  town: '12saintjamescircle|evanston il|US',
  city: '12saintjamescircle|evanston|US',
  mailbox: 'dana@bücher.example',
};

const to = (...places: Overrides<Transaction['items'][number]['shippingAddress']>[]) => ({
  items: exampleItems(...places.map((shippingAddress) => ({ shippingAddress }))),
});

/** Under the key that is being retired, as an old row may be. */
const tokenOf = (kind: 'address' | 'email', value: string, bytes = 32): Buffer =>
  Buffer.from(own.deps.tokeniser.subjectTokens(kind, value)['k0'] ?? '', 'hex').subarray(0, bytes);

const putEntry = async (kind: string, token: Buffer, keyId: string | null): Promise<string> => {
  const id = randomUUID();
  await database.pool.query(
    `insert into list_entries (entry_id, list_name, subject_kind, key_id, token, hint, reason,
        created_by, created_at)
      values ($1, 'block', $2, $3, $4, '', 'of old', 'a', '2026-01-01')`,
    [id, kind, keyId, token],
  );
  return id;
};

const hitsOf = async (overrides: Overrides<Transaction>): Promise<string[]> => {
  const { transaction } = own.receive(overrides);
  const hits = await own.hitsOf(transaction, await databaseNow(database.pool));
  return hits.map(({ entryId }) => entryId);
};

describe('a list entry that version 1 of the normaliser stored', () => {
  it.each([
    ['an address', written.circle, circle],
    [
      'an address, though the order names a flat',
      written.circle,
      { ...circle, streetLineTwo: 'Apt 3' },
    ],
    ['a zip that lost its zeros, in a territory', written.rico, rico],
    ['a town, though the order has a postal code', written.town, { ...town, zip: '60201' }],
    ['a city, though the order has a state', written.city, town],
  ])('still hits: %s', async (_name, key, address) => {
    const id = await putEntry('address', tokenOf('address', key), 'k0');
    expect(await hitsOf(to(address))).toContain(id);
    expect(await hitsOf(to({ ...address, streetLineOne: '13 Saint James Circle' }))).toEqual([]);
  });

  it('still hits: a mailbox and a domain in letters of their own', async () => {
    const mailbox = await putEntry('email', tokenOf('email', written.mailbox), 'k0');
    const domain = await putEntry('email_domain', Buffer.from('bücher.example'), null);
    const hits = await hitsOf({ customer: { emailAddress: 'Dana+x@Bücher.example' } });
    expect(hits.toSorted()).toEqual([mailbox, domain].toSorted());
  });

  it('is the active one when it is added again', async () => {
    await putEntry('address', tokenOf('address', '9oakcircle|60202|US'), 'k0');
    const address = { streetLineOne: '9 Oak Circle', zip: '60202', country: 'US' };
    expect((await own.addOne('block', { kind: 'address', address })).added).toBe(false);
    const other = { ...address, streetLineOne: '10 Oak Circle' };
    expect((await own.addOne('block', { kind: 'address', address: other })).added).toBe(true);
  });
});

/** Stores an order, and then its place and mailbox in the form of version 1. */
const storeOld = async (overrides: Overrides<Transaction>, place: string, mailbox?: string) => {
  const id = await own.store(overrides);
  await database.pool.query(`update order_addresses set address = $2 where transaction_id = $1`, [
    id,
    tokenOf('address', place, 16),
  ]);
  const email = mailbox === undefined ? null : tokenOf('email', mailbox, 16);
  await database.pool.query(
    `update order_history set other_keys = '{}', email = coalesce($2, email)
      where transaction_id = $1`,
    [id, email],
  );
  return id;
};

describe('an order that version 1 stored', () => {
  it('ships to the same place as one of today, and is not a second place', async () => {
    const number = randomUUID().slice(0, 8);
    const at = (line: string) => ({ ...circle, streetLineOne: `${number} ${line}` });
    await storeOld(to(at('Oak Circle')), `${number}oakcircle|60202|US`);
    await own.store(to(at('Oak Cir')));
    const id = await own.store(to(at('Oak Circle'), { streetLineOne: `${number} Elm St` }));
    const { address } = await loadHistory({ db: database.pool }, id);
    // Two are found under the old spelling. The one of `Cir` was stored under the new one.
    expect(countOrders(address)).toBe(3);
    expect(new Set(address.map(({ place }) => place)).size).toBe(2);
  });

  it('is of the same mailbox as one of today', async () => {
    const mailbox = { customer: { emailAddress: 'dana@bücher.example' } };
    await storeOld({ ...mailbox, ...to(circle) }, written.circle, written.mailbox);
    const ascii = { customer: { emailAddress: 'DANA@xn--bcher-kva.example' } };
    await own.store(ascii);
    const { email } = await loadHistory({ db: database.pool }, await own.store(mailbox));
    expect(countOrders(email)).toBe(3);
    expect(new Set(email.map((row) => row.email)).size).toBe(1);
  });
});

describe('evidence that version 1 stored', () => {
  const occurredAt = new Date('2026-11-20T12:00:00Z');
  const receivedAt = new Date('2026-11-21T12:00:00Z');

  it('is still known for the place, and is not reported a second time', async () => {
    const { transaction } = own.receive(to({ ...circle, streetLineOne: '77 Oak Circle' }));
    const reference = randomUUID();
    await database.pool.query(
      `insert into evidence (evidence_id, kind, source, reference, subject_kind, key_id, token,
          occurred_at, recorded_at, details)
        values ($1, 'fraud', 'label', $2, 'address', 'k0', $3, $4, $4, '{}')`,
      [randomUUID(), reference, tokenOf('address', '77oakcircle|60202|US', 16), occurredAt],
    );
    const deps = { db: database.pool, tokeniser: own.deps.tokeniser };
    const found = await own.evidenceOf(transaction, receivedAt);
    expect(found.map((one) => one.reference)).toEqual([reference]);
    const subjects = await subjectTokensOf(deps.tokeniser, transaction);
    const content = { kind: 'fraud', source: 'label', reference, occurredAt, details: {} } as const;
    const again = {
      ...{ content, roots: [reference] },
      subjects: subjects.filter(({ subject }) => subject === 'address'),
    };
    expect(await restateEvidence({ ...deps, now: receivedAt }, [again])).toBe(0);
  });
});

describe('the set of keys that an order is looked up under', () => {
  it('grows by earlier spellings only where they are others', async () => {
    const countOf = async (place: Parameters<typeof to>[0]) => {
      const { transaction } = own.receive(to(place));
      const all = await listSubjectsOf(own.deps.tokeniser, transaction);
      return all.filter(({ kind }) => kind === 'address').length / 2;
    };
    const plain = { streetLineOne: '410 Maple Ave', streetLineTwo: undefined, zip: '60202' };
    // By postal code, by city and state, by city.
    expect(await countOf({ ...plain, city: 'Evanston', state: 'IL' })).toBe(3);
    expect(await countOf({ ...plain, streetLineTwo: 'Apt 3', city: 'Evanston', state: 'IL' })).toBe(
      6,
    );
    expect(await countOf({ ...circle, city: 'Evanston', state: 'IL', zip: '60202' })).toBe(6);
  });
});
