import { type KeyList, listHashedSample, listSealedSample } from '../db/key-uses.js';
import type { Queryable } from '../db/pool.js';
import type { SanitisedTransaction } from '../domain/transaction.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import { EnvelopeError, open } from '../runtime/envelope.js';
import { type Key, Keyring } from '../runtime/keyring.js';
import { subjectHashesOf } from '../services/transactions/history.js';

/** A key with a known id but other bytes than before. */
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
  // One altered row is possible. When no row opens, the key is wrong.
  return (
    sample.length > 0 &&
    sample.every((row) => opened(keys, row.body, row.transactionId) === undefined)
  );
};

/**
 * Whether the key reproduces one of a stored order's hashes; undefined when this cannot be checked.
 */
const isKnownBy = (
  key: Key,
  hashes: readonly Buffer[],
  plain: Buffer | undefined,
): boolean | undefined => {
  if (plain === undefined || hashes.length === 0) return undefined;
  // The partners' key does not influence the subject hashes, so any bytes serve.
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
  // Each order has several hashes, and an earlier version may have normalised one of them
  // differently.
  return known.length > 0 && !known.includes(true);
};

/**
 * Lists keys whose bytes differ from those that sealed or hashed the oldest stored orders under the
 * same id. A replaced card key would silently hide every earlier order and all list entries. Throws
 * `TemporarilyUnavailable`.
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
