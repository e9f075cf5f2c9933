import { type Role, roles } from '../../contracts/v1/roles.js';
import { findKey } from '../../db/api-keys.js';
import type { Queryable } from '../../db/pool.js';
import type { Actor } from '../ports.js';
import { hashKey } from './hash-key.js';

/** The holder of a live key. */
export interface KeyHolder extends Actor {
  readonly role: Role;
}

/** Finds the holder of a bearer key, or undefined when the key is unknown or revoked. */
export const authenticateKey = async (
  db: Queryable,
  key: string,
): Promise<KeyHolder | undefined> => {
  const row = await findKey(db, hashKey(key));
  const role = roles.find((known) => known === row?.role);
  return row && role ? { name: `${role}:${row.name}`, role } : undefined;
};
