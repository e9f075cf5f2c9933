import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const KeyRow = z.object({
  role: z.string(),
  name: z.string(),
  created_at: z.date(),
  revoked_at: z.date().nullable(),
});
export type KeyRow = z.output<typeof KeyRow>;

/** The live key with this hash. */
export const findKey = async (db: Queryable, keyHash: Buffer): Promise<KeyRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-key',
      text: `select role, name, created_at, revoked_at from api_keys
        where key_hash = $1 and revoked_at is null`,
      values: [keyHash],
    }),
  );
  return parseRow(KeyRow, rows);
};

/** Makes `keys` the live keys of that name: revokes others of the name and restores known ones. */
export const replaceKeys = async (
  db: Queryable,
  name: string,
  keys: readonly { readonly keyHash: Buffer; readonly role: string }[],
  at: Date,
): Promise<void> => {
  const hashes = keys.map((key) => key.keyHash);
  await reached(
    db.query(
      `update api_keys set revoked_at = $3
        where name = $1 and revoked_at is null and key_hash <> all($2::bytea[])`,
      [name, hashes, at],
    ),
  );
  await reached(
    db.query(
      `insert into api_keys (key_hash, role, name, created_at)
        select hash, role, $1, $4 from unnest($2::bytea[], $3::text[]) as given(hash, role)
        on conflict (key_hash) do update set revoked_at = null`,
      [name, hashes, keys.map((key) => key.role), at],
    ),
  );
};

/** Stores a key's hash. An existing hash stays as it is, even if it was revoked; false then. */
export const insertKey = async (
  db: Queryable,
  key: { keyHash: Buffer; role: string; name: string; createdAt: Date },
): Promise<boolean> => {
  const result = await reached(
    db.query({
      text: `insert into api_keys (key_hash, role, name, created_at) values ($1, $2, $3, $4)
        on conflict do nothing`,
      values: [key.keyHash, key.role, key.name, key.createdAt],
    }),
  );
  return result.rowCount === 1;
};

export const listKeys = async (db: Queryable): Promise<KeyRow[]> => {
  const { rows } = await reached(
    db.query('select role, name, created_at, revoked_at from api_keys order by created_at, name'),
  );
  return parseRows(KeyRow, rows);
};

/** Revokes every live key of that name and returns their number. */
export const revokeKeys = async (db: Queryable, name: string, at: Date): Promise<number> => {
  const result = await reached(
    db.query('update api_keys set revoked_at = $2 where name = $1 and revoked_at is null', [
      name,
      at,
    ]),
  );
  return result.rowCount ?? 0;
};
