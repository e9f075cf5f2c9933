import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { keyIdsTexts } from '../../db/key-uses.js';
import { createPool } from '../../db/pool.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { ConfigError } from '../../runtime/env.js';
import { type Key, Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { checkKeys } from '../../temporal/check-keys.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { openDatabase } from '../services/database.js';
import { newKey, processWith } from '../services/lists-fixture.js';
import { createDatabase } from '../support/postgres.js';
import { parsedExample } from '../support/transactions.js';

const [older, newer] = [newKey('2025-a'), newKey('2026-b')];
const [cards, newerCards] = [newKey('cards-1'), newKey('cards-2')];
const now = () => new Date();

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.pool.query(
    `truncate transactions, alert_rules, alert_mails, aifi_pushes, loyalty_members, list_entries,
      evidence, proposals cascade`,
  );
});

/** The result of a start with these keys: problems, alarms, and whether the check was possible. */
const start = async (
  payload: readonly Key[],
  card: readonly Key[] = [cards],
  allowed: readonly string[] = [],
  db = database.pool,
) => {
  const alarms: unknown[] = [];
  const keys = { payloadKeys: new Keyring(payload), cardKeys: new Keyring(card) };
  const deps = { db, now, alarm: (...alarm: unknown[]) => alarms.push(alarm) };
  try {
    const looked = await checkKeys({ ...keys, ALLOW_MISSING_KEYS: [...allowed] }, deps);
    return { looked, alarms, problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { alarms, problems: error.problems };
  }
};

const takeIn = async (payload: Key, card = cards): Promise<string> => {
  const tokeniser = createTokeniser(new Keyring([card]), cards.bytes);
  const received = receiveTransaction(tokeniser, parsedExample({ orderId: randomUUID() }));
  const vault = createVault(new Keyring([payload]));
  await openTransaction({ db: database.pool, vault }, received);
  return received.transactionId;
};

const setStatus = (id: string, status: string) =>
  database.pool.query('update transactions set status = $2 where transaction_id = $1', [
    id,
    status,
  ]);

const openCase = async (id: string): Promise<void> => {
  await setStatus(id, 'in_review');
  await database.pool.query(
    `insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
        opened_at, due_at) values ($1, $2, 's5a', 'open', 'review', 'normal', 50, now(), now())`,
    [randomUUID(), id],
  );
};

const sealed = createVault(new Keyring([older])).seal('what a person wrote', 'some row');

const closedCase = `with closed as (
    insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
      opened_at, due_at) select gen_random_uuid(), transaction_id, 's5a', 'closed', 'review',
      'normal', 0, now(), now() from transactions returning case_id)`;

/** Writes one row of each sealed kind besides orders. */
const writeSealed: readonly (readonly [string, string])[] = [
  [
    'remarks of reviewers',
    `insert into verdicts (transaction_id, round, outcome, source, reviewer, remarks, decided_at)
      select transaction_id, 0, 'accept', 'api', 'r', $1, now() from transactions`,
  ],
  [
    'reasons of OMS',
    `insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
        opened_at, due_at, oms_reason) select gen_random_uuid(), transaction_id, 's5a', 'closed',
        'oms_rejected', 'normal', 0, now(), now(), $1 from transactions`,
  ],
  [
    'notes of reviewers',
    `${closedCase} insert into case_notes (note_id, case_id, kind, text, written_by, written_at)
      select gen_random_uuid(), case_id, 'note', $1, 'r', now() from closed`,
  ],
  [
    'decisions that wait',
    `${closedCase} insert into case_decisions (decision_id, case_id, round, outcome, reason_code,
        remarks, state, decided_by, decided_at) select gen_random_uuid(), case_id, 0, 'accept', 'x',
        $1, 'pending', 'r', now() from closed`,
  ],
  [
    'pushes of AiFi that wait',
    `insert into aifi_pushes (push_id, push_key, occurred_at, received_at, body, flags, due_at)
      values (gen_random_uuid(), '\\x01', now(), now(), $1, '{}', now())`,
  ],
  [
    'alert rules',
    `insert into alert_rules (family, name, metric, quantity, time_period_s, suppression_s, scope,
        store_ids, notify_corporate, notify_store, notify_emails, emails, author, created_at,
        updated_at, created_position)
      values ('own', 'n', 'm', 1, 3600, 3600, 'all_stores', '{}', false, false, false, $1, 'a',
        now(), now(), 1)`,
  ],
  [
    'mails that wait',
    `with event as (insert into alert_events (position, source, family, rule_id, rule_name, metric,
        owner, quantity, notifications_sent, suppressed_count, created_at, updated_at, stored_at)
      values (nextval('alert_arrivals'), 'verdict', 'own', 1, 'n', 'm', gen_random_uuid()::text, 1,
        false, 0, now(), now(), now()) returning event_id)
      insert into alert_mails (event_id, number, role, address, state, planned_at)
      select event_id, 1, 'email', $1, 'waiting', now() from event`,
  ],
  [
    'loyalty members',
    `insert into loyalty_members (enrollment_id, account, told_by, updated_at)
      values (1, $1, 'analyst', now())`,
  ],
];

describe('a start without a payload key', () => {
  it('starts where nothing needs the key, and where all keys are there', async () => {
    await takeIn(newer);
    expect(await start([newer])).toEqual({ looked: true, alarms: [], problems: [] });
    await takeIn(older);
    expect(await start([newer, older])).toEqual({ looked: true, alarms: [], problems: [] });
  });

  it('is refused with the key, what needs it and how many of each, all keys at once', async () => {
    const [one, two] = [await takeIn(older), await takeIn(older)];
    await takeIn(older);
    await openCase(one);
    await setStatus(two, 'settling');
    const oldest = newKey('2024-z');
    await setStatus(await takeIn(oldest), 'processed');
    const { problems } = await start([newer]);
    const hint = (id: string) => `Put it back, or set ALLOW_MISSING_KEYS=${id} to go on`;
    expect(problems).toEqual([
      'PAYLOAD_KEYS: the key 2024-z is missing and still needed: ' +
        `stored orders in all (1). ${hint('2024-z')}`,
      'PAYLOAD_KEYS: the key 2025-a is missing and still needed: orders without a decision (1), ' +
        'orders that OMS has not taken (1), open cases (1), ' +
        `stored orders in all (3). ${hint('2025-a')}`,
    ]);
  });

  it.each(writeSealed)('is refused for %s alone', async (what, text) => {
    await takeIn(newer);
    await database.pool.query(text, [sealed]);
    const { problems } = await start([newer]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`2025-a is missing and still needed: ${what} (1).`);
    expect((await start([newer, older])).problems).toEqual([]);
  });

  it('starts for data that nobody decrypts again: settled mails, drained pushes, removed rules', async () => {
    await takeIn(newer);
    for (const [what, text] of writeSealed) {
      if (/mails|pushes|rules/.test(what)) await database.pool.query(text, [sealed]);
    }
    await database.pool.query(`update alert_mails set state = 'sent', settled_at = now()`);
    await database.pool.query('update aifi_pushes set due_at = null, drained_at = now()');
    await database.pool.query('update alert_rules set deleted_at = now(), deleted_position = 2');
    expect((await start([newer])).problems).toEqual([]);
  });

  it('starts anyway when configured to, for that key only, with an alarm', async () => {
    await takeIn(older);
    await takeIn(newKey('2024-z'));
    const { problems } = await start([newer], [cards], ['2025-a']);
    expect(problems).toEqual([expect.stringContaining('2024-z') as string]);
    for (const allowed of [['2025-a', '2024-z'], ['true']]) {
      const { looked, alarms } = await start([newer], [cards], allowed);
      expect(looked).toBe(true);
      expect(alarms).toEqual([
        ['key_missing', expect.objectContaining({ list: 'PAYLOAD_KEYS', keyId: '2024-z' })],
        ['key_missing', expect.objectContaining({ list: 'PAYLOAD_KEYS', keyId: '2025-a' })],
      ]);
    }
  });

  it('is refused for other bytes under the same id, and not for one row that was altered', async () => {
    await takeIn(older);
    const { problems } = await start([newKey('2025-a')]);
    expect(problems[0]).toMatch(/^PAYLOAD_KEYS: the key 2025-a is another one than/);
    const altered = await takeIn(older);
    await database.pool.query(
      `update transactions set body = set_byte(body, 60, 255 - get_byte(body, 60))
        where transaction_id = $1`,
      [altered],
    );
    expect((await start([older])).problems).toEqual([]);
  });

  it('does not mistake a plain row for an encrypted one', async () => {
    const id = await takeIn(newer);
    for (const body of ['', '01', '0120', '00ff', `0104${'ff'.repeat(40)}`]) {
      await database.pool.query('update transactions set body = $2 where transaction_id = $1', [
        id,
        Buffer.from(body, 'hex'),
      ]);
      expect((await start([newer])).problems, body).toEqual([]);
    }
  });
});

describe('a start without a card key', () => {
  it('is refused while an entry, evidence or a recent order can be found by it alone', async () => {
    await takeIn(newer);
    const { addOne } = processWith(database.pool, [cards]);
    const { entry } = await addOne('block', { kind: 'email', value: 'a@example.com' });
    await database.pool.query(
      `insert into evidence (evidence_id, kind, source, reference, subject_kind, key_id, token,
        occurred_at, recorded_at, details) values (gen_random_uuid(), 'fraud', 'label', 'r', 'card',
        'cards-1', '\\x01', now(), now(), '{}')`,
    );
    const { problems } = await start([newer], [newerCards]);
    expect(problems).toEqual([
      expect.stringContaining(
        'CARD_TOKEN_KEYS: the key cards-1 is missing and still needed: entries on lists (1), ' +
          'pieces of evidence (1), ' +
          'orders of the last 180 days that later ones are compared with (1).',
      ) as string,
    ]);
    expect((await start([newer], [newerCards, cards])).problems).toEqual([]);
    const long = `interval '181 days'`;
    await database.pool.query(`update order_history set received_at = received_at - ${long}`);
    await database.pool.query(`update evidence set recorded_at = recorded_at - ${long}`);
    await database.pool.query('update list_entries set expires_at = now() where entry_id = $1', [
      entry.entryId,
    ]);
    expect((await start([newer], [newerCards])).problems).toEqual([]);
  });

  it('is refused while proposed entries wait that would never be found', async () => {
    await database.pool.query(
      `insert into proposals (proposal_id, kind, object, change, status, reason, author, created_at)
        values (gen_random_uuid(), 'list_entries', 'list:allow', $1, 'waiting', 'r', 'a', now())`,
      [{ list: 'allow', entries: [{ written: { keyId: 'cards-1', token: '01' } }] }],
    );
    const { problems } = await start([newer], [newerCards]);
    expect(problems[0]).toContain('proposed entries that wait (1)');
  });
});

describe('a start with other bytes under the id of a card key', () => {
  const other = newKey('cards-1');

  it('is refused by the hashes of stored orders, whether the key writes or only reads', async () => {
    await takeIn(older);
    const { problems } = await start([older], [other]);
    expect(problems).toEqual([
      'CARD_TOKEN_KEYS: the key cards-1 is another one than the key of this id that hashed ' +
        'stored orders. Put it back, or set ALLOW_MISSING_KEYS=cards-1 to go on',
    ]);
    expect((await start([older], [newerCards, other])).problems).toHaveLength(1);
    expect((await start([older], [newerCards, cards])).problems).toEqual([]);
  });

  it('starts anyway when configured to, with the alarm', async () => {
    await takeIn(older);
    const { problems, alarms } = await start([older], [other], ['cards-1']);
    expect(problems).toEqual([]);
    expect(alarms).toEqual([
      ['key_missing', expect.objectContaining({ list: 'CARD_TOKEN_KEYS', keyId: 'cards-1' })],
    ]);
  });

  it('is not refused for the right key, though later orders were hashed under the other', async () => {
    for (const key of [cards, other]) {
      for (let count = 0; count < 5; count += 1) await takeIn(older, key);
    }
    expect((await start([older], [cards])).problems).toEqual([]);
    expect((await start([older], [other])).problems).toHaveLength(1);
  });

  it('is recognised by one equal hash, where an earlier version spelt the others', async () => {
    await takeIn(older);
    const all = ['email', 'account', 'device', 'ip'];
    const changed = all.map((column) => `${column} = sha256('other')`).join(', ');
    await database.pool.query(`update order_history set ${changed}`);
    expect((await start([older], [cards])).problems).toEqual([]);
    expect((await start([older], [other])).problems).toHaveLength(1);
  });

  it('proves nothing by orders that cannot be decrypted, or have no hashes', async () => {
    await takeIn(older);
    const { problems } = await start([newer], [other]);
    expect(problems).toEqual([expect.stringContaining('PAYLOAD_KEYS') as string]);
    const all = ['email', 'account', 'device', 'ip', 'billing_postal'];
    const none = all.map((column) => `${column} = null`).join(', ');
    await database.pool.query(`update order_history set ${none}`);
    expect((await start([older], [other])).problems).toEqual([]);
  });
});

it('a start that cannot check yet says so: no schema, or no Postgres', async () => {
  const empty = await createDatabase(inject('postgresUrl'));
  const away = 'postgres://nobody@127.0.0.1:1/nothing';
  for (const databaseUrl of [empty.url, away]) {
    const pool = createPool({ databaseUrl, connections: 1, timeoutMs: 2000 });
    expect(await start([newer], [cards], [], pool)).toMatchObject({ looked: false });
    await pool.end();
  }
  await empty.drop();
});

it('every column of bytes is known: encrypted and checked at the start, or a hash', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and data_type = 'bytea' order by 1`,
  );
  const hashes =
    /^(order_|usual_|(evidence|list_entries)\.token|.*(key|token|content)_hash|.*push_key)/;
  expect(rows.map(({ name }) => name).filter((name) => !hashes.test(name))).toEqual([
    'aifi_pushes.body',
    'alert_mails.address',
    'alert_rules.emails',
    'case_decisions.remarks',
    'case_notes.text',
    'cases.oms_reason',
    'loyalty_members.account',
    'transactions.body',
    'verdicts.remarks',
  ]);
});

it('the check is a few index walks, however many orders there are', async () => {
  await takeIn(older);
  await database.pool.query(
    `insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
        content_key_id, content_hash, body, status, received_at, updated_at)
      select 'p' || n, 'w' || n, 's5a', 'o' || n, '1', 'k', '\\x00', t.body, 'processed', now(),
        now() from transactions t, generate_series(1, 20000) n`,
  );
  await database.pool.query('analyze transactions');
  const { rows } = await database.pool.query<Record<'QUERY PLAN', string>>(
    `explain ${keyIdsTexts[0]}`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('transactions_key');
  expect(plan).not.toContain('Seq Scan');
  const { problems } = await start([newer]);
  expect(problems[0]).toContain('stored orders in all (1000 or more)');
});
