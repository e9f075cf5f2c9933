import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type AccountRow, findAccount, noteSignIn } from '../../db/accounts.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import {
  countSessions as countSessionRows,
  deleteSession,
  deleteSessionsOf,
  findSession as findSessionRow,
  insertEntry,
  insertSession,
  takeEntry,
  touchSession,
} from '../../db/sessions.js';
import type { Context } from '../context.js';
import { type Account, accountOf, holderOf } from './account.js';

/** A person who has signed in with a browser. */
export interface Session {
  readonly sessionId: string;
  readonly account: Account;
  /** The pages send it back with every change. */
  readonly csrfToken: string;
  /** When the session ends unless it is used again. */
  readonly expiresAt: Date;
  /** Somebody else chose the password: the account can do nothing until it has chosen its own. */
  readonly mustChangePassword: boolean;
}

/** A new session with the token for its cookie. Postgres holds only the token's hash. */
export interface StartedSession {
  readonly token: string;
  readonly session: Session;
}

/** A session ends when it has not been used for this long. */
const idleMs = 60 * 60_000;

/** A session ends after this long in any case. */
export const sessionMs = 12 * 3_600_000;

const touchedEveryMs = 60_000;

/** How long a link that signs in once can be used. */
const entryMs = 15 * 60_000;

const createToken = (): string => randomBytes(32).toString('base64url');

const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** 256 random bits need no slow hash. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Follows from the cookie's token, so nothing has to be stored. */
const csrfTokenOf = (token: string): string =>
  createHmac('sha256', token).update('csrf').digest('base64url');

const earlier = (one: Date, other: Date): Date => (one < other ? one : other);
const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** Starts a session within the caller's transaction. `by` says what let the person in. */
export const startSession = async (
  { db, now }: Context<'now'>,
  row: AccountRow,
  by: 'password' | 'link',
): Promise<StartedSession> => {
  const token = createToken();
  const sessionId = randomUUID();
  const expiresAt = after(now, sessionMs);
  const account = accountOf(row);
  await insertSession(db, {
    ...{ sessionId, accountId: account.accountId },
    ...{ tokenHash: hashToken(token), startedAt: now, expiresAt },
  });
  await noteSignIn(db, account.accountId, now);
  await insertAudit(db, {
    actor: holderOf(account).name,
    action: 'account.signed_in',
    object: account.name,
    details: { by },
    at: now,
  });
  const session = {
    ...{ sessionId, account, csrfToken: csrfTokenOf(token) },
    expiresAt: earlier(expiresAt, after(now, idleMs)),
    mustChangePassword: row.must_change,
  };
  return { token, session };
};

/**
 * The session of a cookie's token; undefined when it is unknown, has ended, or its account is
 * disabled. Notes at most once a minute that the session is used, unless the request does not count
 * as use.
 */
export const findSession = async (
  { db, now }: Context<'now'>,
  token: string,
  { isUse } = { isUse: true },
): Promise<Session | undefined> => {
  if (!isToken(token)) return undefined;
  const row = await findSessionRow(db, hashToken(token));
  if (row === undefined || row.expires_at <= now) return undefined;
  if (after(row.last_seen_at, idleMs) <= now) return undefined;
  const before = after(now, -touchedEveryMs);
  if (isUse && row.last_seen_at < before)
    await touchSession(db, row.session_id, { at: now, before });
  return {
    sessionId: row.session_id,
    account: accountOf(row),
    csrfToken: csrfTokenOf(token),
    expiresAt: earlier(row.expires_at, after(isUse ? now : row.last_seen_at, idleMs)),
    mustChangePassword: row.must_change,
  };
};

/** How many sessions of an account are open. */
export const countSessions = (
  { db, now }: Context<'now'>,
  { accountId }: Pick<Account, 'accountId'>,
): Promise<number> => countSessionRows(db, accountId, { now, idleSince: after(now, -idleMs) });

const auditEnd = (
  { db, now }: Context<'now'>,
  account: Account,
  { action, ended }: { readonly action: string; readonly ended: number },
): Promise<void> =>
  insertAudit(db, {
    actor: holderOf(account).name,
    action,
    object: account.name,
    details: { ended },
    at: now,
  });

/** Ends a session. */
export const signOut = async (
  { db: pool, now }: Context<'now', Pool>,
  { sessionId, account }: Session,
): Promise<void> =>
  inTransaction(pool, async (db) => {
    await deleteSession(db, sessionId);
    await auditEnd({ db, now }, account, { action: 'account.signed_out', ended: 1 });
  });

/** Ends every session of an account and returns their number. */
export const signOutEverywhere = async (
  { db: pool, now }: Context<'now', Pool>,
  account: Account,
): Promise<number> =>
  inTransaction(pool, async (db) => {
    const ended = await deleteSessionsOf(db, account.accountId);
    await auditEnd({ db, now }, account, { action: 'account.signed_out_everywhere', ended });
    return ended;
  });

/**
 * Makes a link's token that signs in to an account once, within fifteen minutes; undefined when
 * there is no such account.
 */
export const createEntry = async (
  { db, now }: Context<'now'>,
  name: string,
): Promise<string | undefined> => {
  const account = await findAccount(db, name);
  if (account === undefined || account.disabled_at !== null) return undefined;
  const token = createToken();
  await insertEntry(db, {
    ...{ tokenHash: hashToken(token), accountId: account.account_id },
    expiresAt: after(now, entryMs),
  });
  return token;
};

/** Signs in by a link; undefined when its token is unknown, used or too old. */
export const enter = async (
  { db: pool, now }: Context<'now', Pool>,
  entryToken: string,
): Promise<StartedSession | undefined> => {
  if (!isToken(entryToken)) return undefined;
  return inTransaction(pool, async (db: Queryable) => {
    const row = await takeEntry(db, hashToken(entryToken), now);
    return row && startSession({ db, now }, row, 'link');
  });
};
