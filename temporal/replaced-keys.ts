import { type KeyList, listHashedSample, listSealedSample } from '../db/key-uses.js';
import type { Queryable } from '../db/pool.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import { EnvelopeError, open } from '../runtime/envelope.js';
import { type Key, Keyring } from '../runtime/keyring.js';
import { subjectHashesOf } from '../services/transactions/history.js';

/** A key that has the id of the one that was there, and other bytes. */
interface ReplacedKey {
  readonly list: KeyList;
  readonly keyId: string;
  readonly why: string;
}

const opened = (keys: Keyring, body: Buffer, context: string): Buffer | undefined => {
  try {
    return open(body, keys, context);
  } catch (error) {
    if (error instanceof EnvelopeError) return undefined;
    throw error;
  }
};

const replaced = (list: KeyList, { id: keyId }: Key, did: string): ReplacedKey => ({
  list,
  keyId,
  why: `is another one than the key of this id that ${did} stored orders`,
});

const isOtherSeal = async (db: Queryable, keys: Keyring, { id }: Key): Promise<boolean> => {
  const sample = await listSealedSample(db, id);
  // One row may have been altered; that none opens is the key's fault.
  return (
    sample.length > 0 &&
    sample.every((row) => opened(keys, row.body, row.transactionId) === undefined)
  );
};

/** Whether a stored order is known by a hash that this key makes; undefined when none can tell. */
const isKnownBy = (
  key: Key,
  hashes: readonly Buffer[],
  plain: Buffer | undefined,
): boolean | undefined => {
  if (plain === undefined || hashes.length === 0) return undefined;
  // The partners' key has no part in what orders are compared by.
  const tokeniser = createTokeniser(new Keyring([key]), key.bytes);
  const transaction = JSON.parse(plain.toString('utf8')) as SanitisedTransaction;
  const own = subjectHashesOf(tokeniser, transaction);
  return own.some((hash) => hashes.some((known) => known.equals(hash)));
};

const isOtherHash = async (db: Queryable, payloadKeys: Keyring, key: Key): Promise<boolean> => {
  const sample = await listHashedSample(db, key.id);
  const known = sample
    .map((row) => isKnownBy(key, row.hashes, opened(payloadKeys, row.body, row.transactionId)))
    .filter((answer) => answer !== undefined);
  // Each order has several hashes, of which an earlier version may have spelt one otherwise.
  return known.length > 0 && !known.includes(true);
};

/**
 * The keys that are other ones than those of their ids with which a few of the oldest stored orders
 * were sealed and hashed. A card key like that would hide every earlier order, and everything on
 * lists, without a word. Throws `TemporarilyUnavailable`.
 */
export const listReplacedKeys = async (
  db: Queryable,
  { payloadKeys, cardKeys }: { readonly payloadKeys: Keyring; readonly cardKeys: Keyring },
): Promise<ReplacedKey[]> => {
  const found: ReplacedKey[] = [];
  for (const key of payloadKeys.all) {
    if (await isOtherSeal(db, payloadKeys, key)) {
      found.push(replaced('PAYLOAD_KEYS', key, 'sealed'));
    }
  }
  for (const key of cardKeys.all) {
    if (await isOtherHash(db, payloadKeys, key)) {
      found.push(replaced('CARD_TOKEN_KEYS', key, 'hashed'));
    }
  }
  return found;
};
