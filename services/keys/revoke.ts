import { revokeKeys } from '../../db/api-keys.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Actor } from '../ports.js';

/** Revokes every live key of that name and returns how many there were. */
export const revokeKey = async (
  pool: Pool,
  actor: Actor,
  { name, now }: { readonly name: string; readonly now: Date },
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
