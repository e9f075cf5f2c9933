import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { readHistoryText } from '../../db/order-history.js';
import type { DomainPast } from '../../domain/mail-domain.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { loadHistory } from '../../services/transactions/history.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { createLeakScan } from '../support/leak-scan.js';
import { type Overrides, parsedExample } from '../support/transactions.js';
import { openDatabase } from './database.js';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 21, 12);

type Key = ConstructorParameters<typeof Keyring>[0][number];
const key = (id: string, byte: number): Key => ({ id, bytes: Buffer.alloc(32, byte) });
const [first, second] = [key('k1', 1), key('k2', 2)];

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});

afterAll(() => database?.close());

interface Order {
  readonly emailAddress: string;
  readonly ageMs?: number;
  readonly zip?: string;
  readonly label?: string | undefined;
  readonly outcome?: string | undefined;
}

/** Stores an order, moves it to its time, and has it end. */
const store = async (
  { emailAddress, ageMs = 0, zip = '60202', label, outcome }: Order,
  keys: readonly Key[] = [first],
): Promise<string> => {
  const keyring = new Keyring(keys);
  const overrides: Overrides<Transaction> = {
    ...{ orderId: randomUUID(), customer: { accountId: randomUUID(), emailAddress } },
    creditCard: { billingAddress: { zip } },
  };
  const tokeniser = createTokeniser(keyring, Buffer.alloc(32, 9));
  const received = receiveTransaction(tokeniser, parsedExample(overrides));
  await openTransaction({ db: database.pool, vault: createVault(keyring) }, received);
  const id = received.transactionId;
  const at = new Date(now - ageMs);
  await database.pool.query(`update order_history set received_at = $2 where transaction_id = $1`, [
    id,
    at,
  ]);
  if (label !== undefined) {
    await database.pool.query(
      `insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by,
          said_at) values (gen_random_uuid(), $1, 's5a', $2, 'api', '', 'test', $3)`,
      [id, label, at],
    );
  }
  if (outcome !== undefined) {
    await database.pool.query(
      `insert into decisions (transaction_id, outcome, total_score, cross_reference, answer,
          remarks, rules_tripped, votes, hits, errored_rules, facts, partner_answers,
          rule_set_hash, priority, decided_at)
        values ($1, $2, 0, gen_random_uuid(), '', '', '', '[]', '[]', '[]', '{}', '[]', '',
          'normal', $3)`,
      [id, outcome, at],
    );
  }
  return id;
};

const pastOf = async (id: string): Promise<DomainPast | null> =>
  (await loadHistory({ db: database.pool }, id)).domain;

const newDomain = (): string => `${randomUUID()}.test`;

describe('the past of a domain', () => {
  it('is that of its orders of 400 days, by how they ended, up to a week ago', async () => {
    const event = fc.record({
      ageMs: fc.oneof(
        fc.constantFrom(7 * dayMs - 1, 7 * dayMs, 400 * dayMs - 1, 400 * dayMs),
        fc.integer({ min: 0, max: 420 }).map((days) => days * dayMs),
      ),
      user: fc.integer({ min: 0, max: 3 }),
      zip: fc.constantFrom('60202', '10001'),
      label: fc.constantFrom(undefined, undefined, 'good', 'fraud'),
      outcome: fc.constantFrom(undefined, 'accept', 'review', 'reject'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 8 }), async (events) => {
        const domain = newDomain();
        for (const { user, ...order } of events) {
          await store({ ...order, emailAddress: `u${user}@${domain}` });
        }
        await store({ emailAddress: `u0@${newDomain()}`, ageMs: 50 * dayMs });
        const seen = events.filter(({ ageMs }) => ageMs >= 7 * dayMs && ageMs < 400 * dayMs);
        const good = seen.filter((one) => one.label !== 'fraud' && one.outcome !== 'reject');
        const daysOf = (some: typeof seen) =>
          Math.max(-1, ...some.map(({ ageMs }) => Math.floor(ageMs / dayMs)));
        expect(await pastOf(await store({ emailAddress: `u0@${domain}` }))).toEqual({
          mailboxes: new Set(seen.map(({ user }) => user)).size,
          frauds: seen.filter(({ label }) => label === 'fraud').length,
          sinceDays: daysOf(good),
          billedDays: daysOf(good.filter(({ zip }) => zip === '60202')),
        });
      }),
      { numRuns: 12 },
    );
  });

  it('says nothing of a domain with 21 mailboxes', async () => {
    const domain = newDomain();
    for (let user = 0; user < 21; user += 1) {
      await store({ emailAddress: `u${user}@${domain}`, ageMs: (10 + user) * dayMs });
    }
    const past = await pastOf(await store({ emailAddress: `u@${domain}` }));
    expect(past).toEqual({ mailboxes: 21, frauds: -1, sinceDays: -1, billedDays: -1 });
  });

  it('is unknown for a public mail service, and for an order of the release before', async () => {
    expect(await pastOf(await store({ emailAddress: 'ann@gmail.com' }))).toBeNull();
    const id = await store({ emailAddress: `ann@${newDomain()}` });
    await database.pool.query(
      `update order_history set email_domain = null where transaction_id = $1`,
      [id],
    );
    expect(await pastOf(id)).toBeNull();
  });

  it('is found under an older key, and its postal code too', async () => {
    const emailAddress = `ann@${newDomain()}`;
    await store({ emailAddress, ageMs: 30 * dayMs });
    const past = await pastOf(await store({ emailAddress }, [second, first]));
    expect(past).toEqual({ mailboxes: 1, frauds: 0, sinceDays: 30, billedDays: 30 });
  });

  it('is stored without the domain in clear', async () => {
    const domain = newDomain();
    const id = await store({ emailAddress: `ann@${domain}` });
    const { rows } = await database.pool.query<{ text: string; domain: Buffer }>(
      `select to_jsonb(h)::text as text, email_domain as domain from order_history h
        where transaction_id = $1`,
      [id],
    );
    expect(rows[0]?.domain).toHaveLength(16);
    const scan = createLeakScan([domain]);
    scan.add('order_history', rows[0]?.text ?? '');
    expect(scan.leaks()).toEqual([]);
  });
});

it('of a domain with many orders 1000 rows are walked at most, also if none of them counts', async () => {
  await database.pool.query(`insert into transactions (transaction_id, workflow_id, banner,
      order_id, group_id, content_key_id, content_hash, body, status, received_at, updated_at)
    select 'tx' || n, 'w' || n, 's5a', 'o' || n, '1', 'k', '', '', 'processed', now(), now()
    from generate_series(1, 20000) n`);
  await database.pool.query(`insert into order_history (transaction_id, received_at, banner,
      order_hash, key_id, card, email, email_domain, other_keys, amount, authorized_amount,
      currency, goods_hash)
    select 'tx' || n, now() - n * interval '10 minutes', 's5a', sha256(n::text::bytea), 'k',
      sha256(n::text::bytea), sha256(n::text::bytea), sha256((n % 4)::text::bytea), '{}', 10, 10,
      'USD', '' from generate_series(1, 20000) n`);
  // The latest order was stored first, as an order of before an import was.
  await database.pool.query(`insert into order_card_digits (transaction_id, position, received_at,
      bin, last4) select transaction_id, position, received_at, '411111', '1111'
    from order_history where transaction_id = 'tx77'`);
  await database.pool.query('analyze');
  const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, timing off) ${readHistoryText.replaceAll('$1', `'tx77'`)}`,
  );
  const plan = rows.map((line) => line['QUERY PLAN']).join('\n');
  const figures = plan.slice(plan.indexOf('order_history_email_domain')).split('->')[0] ?? '';
  const counts = [...figures.matchAll(/actual rows=(\d+)|Removed by Filter: (\d+)/g)];
  const walked = counts.reduce((sum, [, read, removed]) => sum + Number(read ?? removed), 0);
  expect(walked).toBe(1000);
});
