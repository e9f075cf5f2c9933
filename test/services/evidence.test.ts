import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { lookUpText } from '../../db/subject-lookup.js';
import type { EvidenceSubject } from '../../domain/evidence.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { evidenceSubjectsOf, type EvidenceToken } from '../../services/evidence/subjects.js';
import { findKnownSubjects } from '../../services/transactions/known-subjects.js';
import { createList } from '../../services/lists/lists.js';
import { exampleItems, type Overrides } from '../support/transactions.js';
import { openDatabase } from './database.js';
import { analyst, databaseNow, newKey, processWith } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});

afterAll(() => database?.close());

const [first, second] = [newKey('k1'), newKey('k2')];
const processOf = (...keys: Parameters<typeof processWith>[1]) =>
  processWith(database.pool, keys.length === 0 ? [first] : keys);

const received = new Date('2026-11-21T12:00:00Z');
const dayMs = 86_400_000;
const before = (days: number) => new Date(received.getTime() - days * dayMs);

interface Told {
  readonly occurredAt?: Date;
  readonly recordedAt?: Date;
  readonly withdrawnAt?: Date;
}

/** Records evidence about a subject as intake would. Returns its id. */
const tell = async (
  { subject, keyId, token }: EvidenceToken,
  { occurredAt = before(2), recordedAt = before(1), withdrawnAt }: Told = {},
): Promise<string> => {
  const id = randomUUID();
  await database.pool.query(
    `insert into evidence (evidence_id, kind, source, reference, subject_kind, key_id, token,
        occurred_at, recorded_at, withdrawn_at, details)
      values ($1, 'aifi_suspicion', 'aifi', gen_random_uuid()::text, $2, $3, $4, $5, $6, $7, '{}')`,
    [id, subject, keyId, token, occurredAt, recordedAt, withdrawnAt ?? null],
  );
  return id;
};

/** An order that shares with others of this file only what is given. */
const orderOf = (
  { receive }: ReturnType<typeof processWith>,
  overrides: Overrides<Transaction> = {},
): SanitisedTransaction => {
  const name = randomUUID();
  const given = {
    additionalData: { inAuthId: randomUUID() },
    customer: { accountId: name, emailAddress: `${name}@example.com` },
    items: exampleItems({ shippingAddress: { streetLineOne: `${name} St` } }),
    ...overrides,
  };
  return receive(given).transaction;
};

const tokenOf = async (
  { deps }: ReturnType<typeof processWith>,
  order: SanitisedTransaction,
  subject: EvidenceSubject,
): Promise<EvidenceToken> => {
  const all = await evidenceSubjectsOf(deps.tokeniser, order);
  const found = all.find((one) => one.subject === subject);
  if (found === undefined) throw new Error(`the order has no ${subject}`);
  return found;
};

const find = async (process: ReturnType<typeof processWith>, order: SanitisedTransaction) => {
  const found = await process.evidenceOf(order, received);
  return found.map(({ evidenceId }) => evidenceId);
};

describe('evidence', () => {
  it.each(['email', 'account', 'device', 'address'] as const)(
    'is found by the %s of an order, and not by another',
    async (subject) => {
      const process = processOf();
      const order = orderOf(process);
      const id = await tell(await tokenOf(process, order, subject));
      expect(await find(process, order)).toEqual([id]);
      expect(await find(process, orderOf(process))).toEqual([]);
    },
  );

  it('is found by the card, and by its first six and last four digits apart from it', async () => {
    const process = processOf();
    const order = orderOf(process, { creditCard: { cardNumber: '4012888888881881' } });
    const ids = [
      await tell(await tokenOf(process, order, 'card')),
      await tell(await tokenOf(process, order, 'card_digits')),
    ];
    // No card has this number: its check digit is wrong.
    const twin = orderOf(process, { creditCard: { cardNumber: '4012880000011881' } });
    expect(new Set(await find(process, order))).toEqual(new Set(ids));
    expect(await find(process, twin)).toEqual([ids[1]]);
  });

  it('counts once it was recorded, until it is withdrawn, for 180 days', async () => {
    const process = processOf();
    const order = orderOf(process);
    const account = await tokenOf(process, order, 'account');
    const after = new Date(received.getTime() + 1);
    const counting = [
      await tell(account, { recordedAt: received }),
      await tell(account, { withdrawnAt: after }),
      await tell(account, { occurredAt: new Date(before(180).getTime() + 1) }),
      // A clock that runs ahead hides nothing.
      await tell(account, { occurredAt: after }),
    ];
    await tell(account, { recordedAt: after });
    await tell(account, { withdrawnAt: received });
    await tell(account, { occurredAt: before(180) });
    expect(new Set(await find(process, order))).toEqual(new Set(counting));
  });

  it('that was stored under an older key is found while that key is live', async () => {
    const [old, rotated] = [processOf(first), processOf(second, first)];
    const account = randomUUID();
    const customer = { accountId: account, emailAddress: `${account}@example.com` };
    const ids = [
      await tell(await tokenOf(old, orderOf(old, { customer }), 'account')),
      await tell(await tokenOf(rotated, orderOf(rotated, { customer }), 'account')),
    ];
    const found = await find(rotated, orderOf(rotated, { customer }));
    expect(new Set(found)).toEqual(new Set(ids));
  });

  it('is looked up by its index, however much of it there is', async () => {
    await database.pool.query(`insert into evidence (evidence_id, kind, source, reference,
        subject_kind, key_id, token, occurred_at, recorded_at, details)
      select gen_random_uuid(), 'fraud', 'bank', n::text, 'card', 'k', sha256(n::text::bytea),
        '2000-01-01', '2000-01-01', '{}' from generate_series(1, 20000) n`);
    await database.pool.query('analyze evidence');
    const tokens = `array['\\x00'::bytea, '\\x01'::bytea]`;
    const values = {
      ...{ $1: `'{}'`, $2: `'{}'`, $3: `array['card', 'email']`, $4: tokens },
      $5: `'2026-11-21'::timestamptz`,
    };
    const text = Object.entries(values).reduce(
      (query, [name, value]) => query.replaceAll(name, () => value),
      lookUpText,
    );
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('evidence_subject');
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('listings', () => {
  const listingsOf = async (
    process: ReturnType<typeof processWith>,
    order: SanitisedTransaction,
    texts: readonly { fact: string; value: string }[] = [],
    at?: Date,
  ) => {
    const deps = { db: database.pool, tokeniser: process.deps.tokeniser };
    const wanted = { isListed: true, texts, isEvidenced: false };
    const instant = at ?? (await databaseNow(database.pool));
    return (await findKnownSubjects(deps, order, instant, wanted)).listings;
  };

  it('say which list names what of the order, each once', async () => {
    const process = processOf();
    const domain = `${randomUUID()}.example.com`;
    const emailAddress = `ann@${domain}`;
    const order = orderOf(process, { customer: { accountId: '', emailAddress } });
    expect(await listingsOf(process, order)).toEqual([]);
    await process.addOne('block', { kind: 'email', value: emailAddress });
    await process.addOne('allow', { kind: 'email_domain', value: domain });
    await process.addOne('allow', { kind: 'device', value: order.additionalData?.inAuthId ?? '' });
    expect(await listingsOf(process, order)).toEqual(
      expect.arrayContaining([
        { list: 'block', kind: 'block', subject: 'email' },
        { list: 'allow', kind: 'allow', subject: 'emailDomain' },
        { list: 'allow', kind: 'allow', subject: 'device' },
      ]),
    );
    expect(await listingsOf(process, order, [], new Date('2020-01-01'))).toEqual([]);
    expect(await listingsOf(process, orderOf(process))).toEqual([]);
  });

  it('name the text fact that an entry equals, and no other', async () => {
    const process = processOf();
    const methods = { name: 'methods', valueKind: 'text', description: 'by post' } as const;
    await createList({ db: database.pool, actor: analyst, now: new Date() }, methods);
    await process.addOne('methods', { value: 'Next  Day' });
    const texts = [
      { fact: 'tx.source', value: 'web' },
      { fact: 'shipping.country', value: 'NEXT DAY' },
      { fact: 'avs.street', value: 'next day' },
      { fact: 'avs.zip', value: '' },
    ];
    const found = await listingsOf(process, orderOf(process), texts);
    expect(found).toEqual([
      { list: 'methods', kind: 'values', subject: 'shipping.country' },
      { list: 'methods', kind: 'values', subject: 'avs.street' },
    ]);
  });
});
