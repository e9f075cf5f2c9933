import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Role, roles } from '../contracts/v1/roles.js';
import {
  findKey,
  insertKey,
  listKeys as listKeyRows,
  replaceKeys,
  revokeKeys,
} from '../db/api-keys.js';
import { insertAudit } from '../db/audit.js';
import { inTransaction, type Pool } from '../db/pool.js';
import type { Actor, Context } from './context.js';

/** The stored hash of a bearer key: 256 random bits need no slow hash. */
const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Creates a key of 256 random bits. The caller shows it once; Postgres has only its hash. */
export const createKey = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { role, name }: { readonly role: Role; readonly name: string },
): Promise<string> => {
  const key = `vk_${role}_${randomBytes(32).toString('base64url')}`;
  await inTransaction(pool, async (db) => {
    await insertKey(db, { keyHash: hashKey(key), role, name, createdAt: now });
    const details = { role };
    await insertAudit(db, {
      actor: actor.name,
      action: 'key.created',
      object: name,
      details,
      at: now,
    });
  });
  return key;
};

const KeysFile = z.partialRecord(z.enum(roles), z.string().min(1));

/**
 * Makes the keys in a local installation's `keys.json` (role to key) the live local keys. Revokes
 * local keys that were removed or changed. Throws when the content is not such a file.
 */
export const importKeysFile = async (
  { db: pool, now }: Context<'now', Pool>,
  content: string,
): Promise<void> => {
  const file = KeysFile.parse(JSON.parse(content));
  const keys = roles.flatMap((role) => {
    const key = file[role];
    return key === undefined ? [] : [{ role, keyHash: hashKey(key) }];
  });
  await inTransaction(pool, (db) => replaceKeys(db, 'local', keys, now));
};

/** The holder of a live key. */
export interface KeyHolder extends Actor {
  readonly role: Role;
}

/** The holder of a bearer key; undefined when the key is unknown or revoked. */
export const authenticateKey = async (
  { db }: Context,
  key: string,
): Promise<KeyHolder | undefined> => {
  const row = await findKey(db, hashKey(key));
  const role = roles.find((known) => known === row?.role);
  return row && role ? { name: `${role}:${row.name}`, role } : undefined;
};

interface ListedKey {
  readonly name: string;
  readonly role: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** Every key, also revoked ones, oldest first; without the keys themselves. */
export const listKeys = async ({ db }: Context): Promise<ListedKey[]> =>
  (await listKeyRows(db)).map((row) => ({
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }));

/** Revokes every live key of that name and returns their number. */
export const revokeKey = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { name }: { readonly name: string },
): Promise<number> =>
  inTransaction(pool, async (db) => {
    const revoked = await revokeKeys(db, name, now);
    if (revoked > 0) {
      const entry = {
        actor: actor.name,
        action: 'key.revoked',
        object: name,
        details: { revoked },
      };
      await insertAudit(db, { ...entry, at: now });
    }
    return revoked;
  });
