import { randomBytes } from 'node:crypto';
import type { Role } from '../../contracts/v1/roles.js';
import { insertKey } from '../../db/api-keys.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Actor } from '../ports.js';
import { hashKey } from './hash-key.js';

/** Makes a key of 256 random bits; the caller shows it once, Postgres holds only its hash. */
export const createKey = async (
  pool: Pool,
  actor: Actor,
  { role, name, now }: { readonly role: Role; readonly name: string; readonly now: Date },
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
