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

/** A key without which something stored is lost, and what that is. */
interface Lack {
  readonly list: KeyList;
  readonly keyId: string;
  readonly why: string;
}

const tellNeed = ({ what, rows }: KeyNeed): string =>
  `${what} (${rows}${rows === rowsCountedMax ? ' or more' : ''})`;

const listLacks = async (db: Queryable, keys: Keys, now: Date): Promise<Lack[]> => {
  const { payloadKeys, cardKeys } = keys;
  const present = {
    PAYLOAD_KEYS: payloadKeys.all.map(({ id }) => id),
    CARD_TOKEN_KEYS: cardKeys.all.map(({ id }) => id),
  };
  const missing = (await listNeededKeys(db, present, now)).map(({ list, keyId, needs }) => ({
    list,
    keyId,
    why: `is missing and still needed: ${needs.map(tellNeed).join(', ')}`,
  }));
  return [...missing, ...(await listReplacedKeys(db, keys))];
};

const refusalOf = ({ list, keyId, why }: Lack): string =>
  `${list}: the key ${keyId} ${why}. Put it back, or set ALLOW_MISSING_KEYS=${keyId} to go on`;

/**
 * Looks whether a key is missing that something stored still needs. False when that cannot be told
 * yet: Postgres is away, or its schema is not this release's. A missing key raises `key_missing`
 * where `ALLOW_MISSING_KEYS` names it. Throws `ConfigError` with every other one.
 */
export const checkKeys = async (keys: Keys, { db, alarm, now }: Deps): Promise<boolean> => {
  const allowed = keys.ALLOW_MISSING_KEYS;
  let lacks: Lack[];
  try {
    if ((await countMissingMigrations(db)) !== 0) return false;
    lacks = await listLacks(db, keys, now());
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return false;
    throw error;
  }
  const isAllowed = ({ keyId }: Lack) => allowed.includes(keyId) || allowed.includes('true');
  const refused = lacks.filter((lack) => !isAllowed(lack));
  if (refused.length > 0) throw new ConfigError(refused.map(refusalOf));
  for (const { list, keyId, why } of lacks) alarm('key_missing', { list, keyId, why });
  return true;
};

const againMs = 1000;

/** Looks until it can be told. Throws `ConfigError` as `checkKeys` does. */
export const untilKeysAreChecked = async (keys: Keys, deps: Deps): Promise<void> => {
  while (!(await checkKeys(keys, deps))) await pause(againMs);
};
