import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createPool } from '../../db/pool.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { type Key, Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { loadTransaction } from '../../services/transactions/records.js';
import {
  ContentKeyMissing,
  openTransaction,
  receiveTransaction,
} from '../../services/transactions/receive.js';
import { createMigratedDatabase } from '../support/postgres.js';
import { parsedExample } from '../support/transactions.js';

const key = (id: string): Key => ({ id, bytes: randomBytes(32) });
const [first, second] = [key('2026-a'), key('2026-b')];
const partnerKey = randomBytes(32);

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('postgresUrl'));
  pool = createPool({ databaseUrl: database.url, connections: 2, timeoutMs: 5000 });
});

afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** Receives an order like a process with these keys; the first key writes. */
const takeIn = (keys: readonly Key[], orderId: string, orderTotal = 187.45) => {
  const keyring = new Keyring(keys);
  const tokeniser = createTokeniser(keyring, partnerKey);
  const received = receiveTransaction(tokeniser, parsedExample({ orderId, orderTotal }));
  return { received, opened: openTransaction({ db: pool, vault: createVault(keyring) }, received) };
};

describe('after the card and payload keys were rotated', () => {
  it('a repeat of an older order is still known, and other content still a conflict', async () => {
    const orderId = randomUUID();
    expect(await takeIn([first], orderId).opened).toMatchObject({ kind: 'opened' });
    expect(await takeIn([second, first], orderId).opened).toMatchObject({ kind: 'repeated' });
    expect(await takeIn([second, first], orderId, 200).opened).toEqual({ kind: 'conflict' });
  });

  it('an older order can still be read, and a new one is written under the new key', async () => {
    const orderId = randomUUID();
    const { received, opened } = takeIn([first], orderId);
    await opened;
    const vault = createVault(new Keyring([second, first]));
    const loaded = await loadTransaction({ db: pool, vault }, received.transactionId);
    expect(loaded.transaction.orderId).toBe(orderId);
    const later = takeIn([second, first], randomUUID());
    await later.opened;
    expect(later.received.contentKeyId).toBe(second.id);
    expect(Object.keys(later.received.transaction.card.tokens)).toEqual([second.id, first.id]);
  });

  it('partners see the same card and wallet as before', () => {
    const orderId = randomUUID();
    const { card: before } = takeIn([first], orderId).received.transaction;
    const { card: after } = takeIn([second], randomUUID()).received.transaction;
    expect(after.sardineCardId).toBe(before.sardineCardId);
    expect(after.walletId).toBe(before.walletId);
    expect(after.tokens).not.toEqual(before.tokens);
  });

  it('a repeat whose key was retired is not reported as a conflict', async () => {
    const orderId = randomUUID();
    await takeIn([first], orderId).opened;
    await expect(takeIn([second], orderId).opened).rejects.toBeInstanceOf(ContentKeyMissing);
  });

  it('a body moved to another row does not open', async () => {
    const { received, opened } = takeIn([first], randomUUID());
    await opened;
    const other = takeIn([first], randomUUID());
    await other.opened;
    const move = `update transactions set body = (select body from transactions
      where transaction_id = $1) where transaction_id = $2`;
    await pool.query(move, [received.transactionId, other.received.transactionId]);
    const vault = createVault(new Keyring([first]));
    const load = loadTransaction({ db: pool, vault }, other.received.transactionId);
    await expect(load).rejects.toThrow('altered or sealed for something else');
  });
});
