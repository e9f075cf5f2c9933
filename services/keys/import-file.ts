import { z } from 'zod';
import { roles } from '../../contracts/v1/roles.js';
import { replaceKeys } from '../../db/api-keys.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { hashKey } from './hash-key.js';

const KeysFile = z.partialRecord(z.enum(roles), z.string().min(1));

/**
 * Makes the keys of a local installation's `keys.json` (role to key) the live local keys; one that
 * was taken out of the file or changed is revoked. Throws when the content is not such a file.
 */
export const importKeysFile = async (pool: Pool, content: string, now: Date): Promise<void> => {
  const file = KeysFile.parse(JSON.parse(content));
  const keys = roles.flatMap((role) => {
    const key = file[role];
    return key === undefined ? [] : [{ role, keyHash: hashKey(key) }];
  });
  await inTransaction(pool, (db) => replaceKeys(db, 'local', keys, now));
};
