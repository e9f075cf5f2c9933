import { z } from 'zod';
import { accountColumns, AccountRow } from './accounts.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const SessionRow = AccountRow.extend({
  session_id: z.string(),
  last_seen_at: z.date(),
  expires_at: z.date(),
});
export type SessionRow = z.output<typeof SessionRow>;

/** The session with this hash of its token, and its account. */
export const findSession = async (
  db: Queryable,
  tokenHash: Buffer,
): Promise<SessionRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-session',
      text: `select ${accountColumns}, s.session_id, s.last_seen_at, s.expires_at
        from console_sessions s join accounts a using (account_id)
        where s.token_hash = $1 and a.disabled_at is null`,
      values: [tokenHash],
    }),
  );
  return parseRow(SessionRow, rows);
};

export const insertSession = async (
  db: Queryable,
  session: {
    readonly sessionId: string;
    readonly tokenHash: Buffer;
    readonly accountId: string;
    readonly startedAt: Date;
    readonly expiresAt: Date;
  },
): Promise<void> => {
  await reached(
    db.query(
      `insert into console_sessions (session_id, token_hash, account_id, started_at, last_seen_at,
          expires_at)
        values ($1, $2, $3, $4, $4, $5)`,
      [
        session.sessionId,
        session.tokenHash,
        session.accountId,
        session.startedAt,
        session.expiresAt,
      ],
    ),
  );
};

/** Notes that a session was used, unless it was noted at or after `before`. */
export const touchSession = async (
  db: Queryable,
  sessionId: string,
  { at, before }: { readonly at: Date; readonly before: Date },
): Promise<void> => {
  await reached(
    db.query({
      name: 'touch-session',
      text: `update console_sessions set last_seen_at = $2
        where session_id = $1 and last_seen_at < $3`,
      values: [sessionId, at, before],
    }),
  );
};

export const deleteSession = async (db: Queryable, sessionId: string): Promise<void> => {
  await reached(db.query('delete from console_sessions where session_id = $1', [sessionId]));
};

/** Ends every session of an account and returns their number. */
export const deleteSessionsOf = async (db: Queryable, accountId: string): Promise<number> => {
  const { rowCount } = await reached(
    db.query('delete from console_sessions where account_id = $1', [accountId]),
  );
  return rowCount ?? 0;
};

/** The number of an account's sessions that have not expired. */
export const countSessions = async (
  db: Queryable,
  accountId: string,
  { now, idleSince }: { readonly now: Date; readonly idleSince: Date },
): Promise<number> => {
  const { rows } = await reached(
    db.query<{ count: number }>(
      `select count(*)::integer as count from console_sessions
        where account_id = $1 and expires_at > $2 and last_seen_at > $3`,
      [accountId, now, idleSince],
    ),
  );
  return rows[0]?.count ?? 0;
};

/** Stores a link that signs in once. */
export const insertEntry = async (
  db: Queryable,
  entry: { readonly tokenHash: Buffer; readonly accountId: string; readonly expiresAt: Date },
): Promise<void> => {
  await reached(
    db.query(
      'insert into console_entries (token_hash, account_id, expires_at) values ($1, $2, $3)',
      [entry.tokenHash, entry.accountId, entry.expiresAt],
    ),
  );
};

/** Uses up a link that has neither been used nor expired. Of two calls at once, one gets it. */
export const takeEntry = async (
  db: Queryable,
  tokenHash: Buffer,
  at: Date,
): Promise<AccountRow | undefined> => {
  const { rows } = await reached(
    db.query(
      `update console_entries e set used_at = $2 from accounts a
        where e.token_hash = $1 and e.used_at is null and e.expires_at > $2
          and a.account_id = e.account_id and a.disabled_at is null
        returning ${accountColumns}`,
      [tokenHash, at],
    ),
  );
  return parseRow(AccountRow, rows);
};
