import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const BrowserRow = z.object({
  failed_tries: z.int(),
  locked_until: z.date().nullable(),
});
export type BrowserRow = z.output<typeof BrowserRow>;

/** Names a browser that has signed in to an account. */
export interface BrowserKey {
  readonly tokenHash: Buffer;
  readonly accountId: string;
}

/** How often a known browser gave a wrong password; undefined when it is not known. */
export const findBrowser = async (
  db: Queryable,
  { tokenHash, accountId }: BrowserKey,
  now: Date,
): Promise<BrowserRow | undefined> => {
  const { rows } = await reached(
    db.query(
      `select failed_tries, locked_until from console_browsers
        where token_hash = $1 and account_id = $2 and expires_at > $3`,
      [tokenHash, accountId, now],
    ),
  );
  return parseRow(BrowserRow, rows);
};

/** Stores how often a known browser gave a wrong password. */
export const updateBrowserTries = async (
  db: Queryable,
  { tokenHash, accountId }: BrowserKey,
  tries: { readonly failedTries: number; readonly lockedUntil: Date | null },
): Promise<void> => {
  await reached(
    db.query(
      `update console_browsers set failed_tries = $3, locked_until = $4
        where token_hash = $1 and account_id = $2`,
      [tokenHash, accountId, tries.failedTries, tries.lockedUntil],
    ),
  );
};

/** Makes a browser known until an instant. Its wrong tries no longer count. */
export const keepBrowser = async (
  db: Queryable,
  { tokenHash, accountId }: BrowserKey,
  expiresAt: Date,
): Promise<void> => {
  await reached(
    db.query(
      `insert into console_browsers (token_hash, account_id, expires_at) values ($1, $2, $3)
        on conflict (token_hash, account_id) do update
          set failed_tries = 0, locked_until = null, expires_at = excluded.expires_at`,
      [tokenHash, accountId, expiresAt],
    ),
  );
};

/** Forgets the browsers of an account. */
export const deleteBrowsersOf = async (db: Queryable, accountId: string): Promise<void> => {
  await reached(db.query('delete from console_browsers where account_id = $1', [accountId]));
};
