import { setTimeout as pause } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { type KeyList, type KeyNeed, listNeededKeys, rowsCountedMax } from '../db/key-uses.js';
import type { Queryable } from '../db/pool.js';
import { countMissingMigrations } from '../db/schema-state.js';
import type { Config } from '../runtime/config.js';
import { ConfigError } from '../runtime/env.js';
import type { Alarm } from '../runtime/metrics.js';
import { listReplacedKeys } from './replaced-keys.js';

type Keys = Pick<Config, 'payloadKeys' | 'cardKeys' | 'ALLOW_MISSING_KEYS'>;

interface Deps {
  readonly db: Queryable;
  readonly alarm: Alarm;
  readonly now: () => Date;
}

/** A missing or replaced key, and what that makes unreadable. */
interface KeyFault {
  readonly list: KeyList;
  readonly keyId: string;
  readonly why: string;
}

const describeNeed = ({ what, rows }: KeyNeed): string =>
  `${what} (${rows}${rows === rowsCountedMax ? ' or more' : ''})`;

const listKeyFaults = async (db: Queryable, keys: Keys, now: Date): Promise<KeyFault[]> => {
  const { payloadKeys, cardKeys } = keys;
  const present = {
    PAYLOAD_KEYS: payloadKeys.all.map(({ id }) => id),
    CARD_TOKEN_KEYS: cardKeys.all.map(({ id }) => id),
  };
  const missing = (await listNeededKeys(db, present, now)).map(({ list, keyId, needs }) => ({
    list,
    keyId,
    why: `is missing and still needed: ${needs.map(describeNeed).join(', ')}`,
  }));
  return [...missing, ...(await listReplacedKeys(db, keys))];
};

const refusalOf = ({ list, keyId, why }: KeyFault): string =>
  `${list}: the key ${keyId} ${why}. Put it back, or set ALLOW_MISSING_KEYS=${keyId} to go on`;

/**
 * Checks whether a key is missing that stored data still needs. False when the check is not
 * possible yet: Postgres is down, or its schema is not this release's. Raises `key_missing` for a
 * key that `ALLOW_MISSING_KEYS` names, and throws `ConfigError` with all others.
 */
export const checkKeys = async (keys: Keys, { db, alarm, now }: Deps): Promise<boolean> => {
  const allowed = keys.ALLOW_MISSING_KEYS;
  let faults: KeyFault[];
  try {
    if ((await countMissingMigrations(db)) !== 0) return false;
    faults = await listKeyFaults(db, keys, now());
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return false;
    throw error;
  }
  const isAllowed = ({ keyId }: KeyFault) => allowed.includes(keyId) || allowed.includes('true');
  const refused = faults.filter((fault) => !isAllowed(fault));
  if (refused.length > 0) throw new ConfigError(refused.map(refusalOf));
  for (const { list, keyId, why } of faults) alarm('key_missing', { list, keyId, why });
  return true;
};

const retryMs = 1000;

/** Repeats `checkKeys` until it is possible. Throws `ConfigError` as `checkKeys` does. */
export const untilKeysAreChecked = async (keys: Keys, deps: Deps): Promise<void> => {
  while (!(await checkKeys(keys, deps))) await pause(retryMs);
};
