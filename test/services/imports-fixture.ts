import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import type { NewImport } from '../../contracts/v1/imports.js';
import type { Pool } from '../../db/pool.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { createImport } from '../../services/imports/imports.js';
import { type StoredPart, storePart } from '../../services/imports/store-part.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { exampleSettings } from '../support/rules.js';
import { exampleBody, exampleItems, type Json, parsedExample } from '../support/transactions.js';
import type { Overrides } from '../support/transactions.js';
import { until } from '../support/until.js';

const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);
export const tokeniser = createTokeniser(keyring, Buffer.alloc(32, 9));
export const vault = createVault(keyring);

/** Live orders count a part this much after its beginning: enough to store it. */
const afterMs = 400;

/** The context in which the tests import. */
export const contextOf = (db: Pool) => ({
  ...{ db, vault, tokeniser, settings: exampleSettings(), now: new Date(), afterMs },
  actor: { name: 'analyst:test' },
});

/** Subjects that no other order shares, apart from the card. */
export const stranger = (): Overrides<Transaction> => {
  const name = randomUUID();
  return {
    ipAddress: undefined,
    additionalData: { inAuthId: randomUUID() },
    customer: { accountId: name, emailAddress: `${name}@example.com` },
    items: exampleItems({ shippingAddress: { streetLineOne: `${name} St` } }),
  };
};

/** A line of an import: an order of the example, so many minutes ago. */
export const line = (minutesAgo: number, order: Json = {}, past: Json = {}): Json => ({
  transaction: exampleBody({ orderId: randomUUID(), ...order }),
  receivedAt: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
  ...past,
});

/** Creates an import; gives its id. */
export const begin = async (
  db: Pool,
  request: NewImport = { format: 'orders', note: '' },
): Promise<string> => (await createImport(contextOf(db), request)).importId;

/** Stores some lines as a part of an import. */
export const store = (
  db: Pool,
  importId: string,
  part: number,
  lines: readonly Json[],
): Promise<StoredPart> => {
  const given = lines.map((content, index) => ({ line: index + 1, content }));
  return storePart(contextOf(db), { importId, part, lines: given });
};

/** Imports some lines, and waits until live orders count them. */
export const bring = async (db: Pool, lines: readonly Json[]): Promise<StoredPart> => {
  const importId = await begin(db);
  const stored = await store(db, importId, 1, lines);
  await until('live orders count the import', async () => {
    const { rows } = await db.query<{ counts: boolean }>(
      'select bool_and(counts_from < clock_timestamp()) as counts from import_parts',
    );
    return rows[0]?.counts === true;
  });
  return stored;
};

/** The id of a line's order. */
export const idOf = ({ transaction }: Json): string =>
  receiveTransaction(tokeniser, parsedExample(transaction as Overrides<Transaction>)).transactionId;

/** Stores an order that has just come in; gives its id. */
export const receive = async (db: Pool, order: Overrides<Transaction> = {}): Promise<string> => {
  const parsed = parsedExample({ orderId: randomUUID(), ...order });
  const received = receiveTransaction(tokeniser, parsed);
  await openTransaction({ db, vault }, received);
  return received.transactionId;
};
