import { randomBytes, randomUUID } from 'node:crypto';
import type { EntryToAdd } from '../../contracts/v1/lists.js';
import type { Pool } from '../../db/pool.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { type Key, Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { addEntries } from '../../services/lists/lists.js';
import { listSubjectsOf } from '../../services/lists/matches.js';
import { findKnownSubjects, lookUp } from '../../services/transactions/known-subjects.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { type Overrides, parsedExample } from '../support/transactions.js';

export const analyst = { name: 'analyst:test' };

export const newKey = (id: string): Key => ({ id, bytes: randomBytes(32) });

const partnerKey = randomBytes(32);
const vault = createVault(new Keyring([newKey('payload')]));

/** What services need of a process with these keys; the first key writes. */
export const processWith = (pool: Pool, keys: readonly Key[]) => {
  const tokeniser = createTokeniser(new Keyring(keys), partnerKey);
  const deps = { db: pool, vault, tokeniser, fourEyes: false };
  const receive = (overrides: Overrides<ReturnType<typeof parsedExample>> = {}) =>
    receiveTransaction(tokeniser, parsedExample({ orderId: randomUUID(), ...overrides }));
  const add = (list: string, ...given: (Partial<EntryToAdd> | undefined)[]) =>
    addEntries(
      { ...deps, actor: analyst },
      list,
      given.map((one) => ({ reason: 'because', ...one })),
    );
  return {
    deps,
    add,
    receive,
    /** Adds one entry; fails when it is refused. */
    addOne: async (list: string, given: Partial<EntryToAdd>) => {
      const outcome = await add(list, given);
      const [first] = outcome.kind === 'added' ? outcome.results : [];
      if (first === undefined) throw new Error(JSON.stringify(outcome));
      return first;
    },
    /** Stores an order. Returns its id. */
    store: async (overrides: Parameters<typeof receive>[0] = {}) => {
      const received = receive(overrides);
      await openTransaction({ db: pool, vault }, received);
      return received.transactionId;
    },
    hitsOf: async (transaction: SanitisedTransaction, at: Date) =>
      (
        await lookUp(
          { db: pool },
          { listed: await listSubjectsOf(tokeniser, transaction), evidenced: [] },
          at,
        )
      ).hits,
    evidenceOf: async (transaction: SanitisedTransaction, at: Date) => {
      const wanted = { isListed: false, texts: [], isEvidenced: true };
      return (await findKnownSubjects(deps, transaction, at, wanted)).evidence ?? [];
    },
  };
};

/** The database's time, by which entries begin and end. */
export const databaseNow = async (pool: Pool): Promise<Date> => {
  const { rows } = await pool.query<{ at: Date }>('select clock_timestamp() as at');
  return new Date((rows[0]?.at.getTime() ?? 0) + 1);
};

/** Moves an entry, or all, into the past. */
export const age = async (pool: Pool, by: string): Promise<void> => {
  await pool.query(
    `update list_entries set created_at = created_at - $1::interval,
      expires_at = expires_at - $1::interval, removed_at = removed_at - $1::interval`,
    [by],
  );
};
