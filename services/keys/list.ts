import { listKeys as listKeyRows } from '../../db/api-keys.js';
import type { Queryable } from '../../db/pool.js';

export interface ListedKey {
  readonly name: string;
  readonly role: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** Every key there is or was, oldest first; the keys themselves are known to their holders only. */
export const listKeys = async (db: Queryable): Promise<ListedKey[]> =>
  (await listKeyRows(db)).map((row) => ({
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }));
