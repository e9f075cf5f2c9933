import { randomInt, randomUUID } from 'node:crypto';
import type { AccountRole } from '../../contracts/v1/accounts.js';
import {
  type AccountRow,
  findAccount,
  insertAccount,
  listAccounts as listAccountRows,
  lockAccount,
  lockAdmins,
  updateDisabled,
  updatePassword,
  updateRole,
} from '../../db/accounts.js';
import { insertAudit } from '../../db/audit.js';
import { deleteBrowsersOf } from '../../db/console-browsers.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { deleteSessionsOf } from '../../db/sessions.js';
import { findPasswordProblem } from '../../domain/accounts/password-rule.js';
import type { Context } from '../context.js';
import { type Account, accountOf } from './account.js';
import type { Passwords } from './passwords.js';

type AdminContext = Context<'actor' | 'now', Pool>;
type WithPasswords = { readonly passwords: Passwords };

/** Without letters and digits that look alike: a person reads it out. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 4;
const groupLength = 5;

/** A password of 99 random bits for a first sign-in, such as `k7m2p-…`. */
const generatePassword = (): string =>
  Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, () => letters[randomInt(letters.length)]).join(''),
  ).join('-');

const audit = (
  { db, actor, now: at }: Context<'actor' | 'now'>,
  [action, object]: readonly [action: string, object: string],
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> => insertAudit(db, { actor: actor.name, action, object, details, at });

export interface NewAccount {
  readonly name: string;
  readonly displayName: string;
  readonly role: AccountRole;
  /** Without one, a first password is generated, which its owner must change. */
  readonly password?: string | undefined;
}

/**
 * Creates an account. A generated password is in the result, to be shown once. `weak` says what is
 * wrong with a given password. Throws `TooManySignIns`.
 */
export const createAccount = async (
  { db: pool, actor, now, passwords }: AdminContext & WithPasswords,
  { name, displayName, role, password }: NewAccount,
): Promise<
  | { readonly kind: 'created'; readonly account: Account; readonly password: string | undefined }
  | { readonly kind: 'taken' }
  | { readonly kind: 'weak'; readonly problem: string }
> => {
  const problem = password === undefined ? undefined : findPasswordProblem(password, name);
  if (problem !== undefined) return { kind: 'weak', problem };
  const generated = password === undefined ? generatePassword() : undefined;
  const passwordHash = await passwords.inTurn(({ hash }) => hash(password ?? generated ?? ''));
  return inTransaction(pool, async (db) => {
    const account = { accountId: randomUUID(), name, displayName, role, undoSeconds: null };
    const isNew = await insertAccount(db, {
      ...{ ...account, passwordHash, createdAt: now },
      ...{ mustChange: generated !== undefined, fileMark: null },
    });
    if (!isNew) return { kind: 'taken' };
    await audit({ db, actor, now }, ['account.created', name], { role });
    return { kind: 'created', account, password: generated };
  });
};

/** The result of a change to an account. */
export type AccountChange =
  | { readonly kind: 'done' }
  | { readonly kind: 'unknown' }
  /** Nobody would be left to administer accounts. */
  | { readonly kind: 'last_admin' };

/** Changes an account under a lock. A change of what it may do ends its sessions. */
const change = (
  { db: pool, actor, now }: AdminContext,
  name: string,
  {
    losesAdmin,
    apply,
  }: {
    readonly losesAdmin: boolean;
    readonly apply: (context: Context<'actor' | 'now'>, row: AccountRow) => Promise<void>;
  },
): Promise<AccountChange> =>
  inTransaction(pool, async (db: Queryable): Promise<AccountChange> => {
    // Before the account itself: of two changes at once, both would wait for each other.
    const admins = losesAdmin ? await lockAdmins(db) : [];
    const row = await lockAccount(db, name);
    if (row === undefined) return { kind: 'unknown' };
    if (losesAdmin && admins.length === 1 && admins[0] === name) return { kind: 'last_admin' };
    await apply({ db, actor, now }, row);
    return { kind: 'done' };
  });

/** Disables an account and ends its sessions at once. The last administrator stays. */
export const disableAccount = (context: AdminContext, name: string): Promise<AccountChange> =>
  change(context, name, {
    losesAdmin: true,
    apply: async (call, row) => {
      if (row.disabled_at !== null) return;
      await updateDisabled(call.db, row.account_id, call.now);
      const ended = await deleteSessionsOf(call.db, row.account_id);
      await audit(call, ['account.disabled', name], { ended });
    },
  });

/** Lets a disabled account sign in again. */
export const enableAccount = (context: AdminContext, name: string): Promise<AccountChange> =>
  change(context, name, {
    losesAdmin: false,
    apply: async (call, row) => {
      if (row.disabled_at === null) return;
      await updateDisabled(call.db, row.account_id, null);
      await audit(call, ['account.enabled', name]);
    },
  });

/** Gives an account another role and ends its sessions at once. The last administrator stays. */
export const changeRole = (
  context: AdminContext,
  name: string,
  role: AccountRole,
): Promise<AccountChange> =>
  change(context, name, {
    losesAdmin: role !== 'admin',
    apply: async (call, row) => {
      if (row.role === role) return;
      await updateRole(call.db, row.account_id, role);
      const ended = await deleteSessionsOf(call.db, row.account_id);
      await audit(call, ['account.role_changed', name], { from: row.role, to: role, ended });
    },
  });

/**
 * Gives an account a new password, which its owner must change, and ends its sessions and waits at
 * once. The password is in the result, to be shown once. Throws `TooManySignIns`.
 */
export const resetPassword = async (
  context: AdminContext & WithPasswords,
  name: string,
): Promise<
  { readonly kind: 'reset'; readonly password: string } | { readonly kind: 'unknown' }
> => {
  const password = generatePassword();
  const passwordHash = await context.passwords.inTurn(({ hash }) => hash(password));
  const { kind } = await change(context, name, {
    losesAdmin: false,
    apply: async (call, row) => {
      await updatePassword(call.db, row.account_id, { passwordHash, mustChange: true });
      await deleteBrowsersOf(call.db, row.account_id);
      const ended = await deleteSessionsOf(call.db, row.account_id);
      await audit(call, ['account.password_reset', name], { ended });
    },
  });
  return kind === 'done' ? { kind: 'reset', password } : { kind: 'unknown' };
};

/** An account as administrators see it. */
export interface ListedAccount extends Account {
  readonly createdAt: Date;
  readonly signedInAt: Date | null;
  readonly disabledAt: Date | null;
  readonly lockedUntil: Date | null;
  readonly mustChangePassword: boolean;
}

const listed = (row: AccountRow): ListedAccount => ({
  ...accountOf(row),
  createdAt: row.created_at,
  signedInAt: row.signed_in_at,
  disabledAt: row.disabled_at,
  lockedUntil: row.locked_until,
  mustChangePassword: row.must_change,
});

/** Every account, by name; without passwords and hashes. */
export const listAccounts = async ({ db }: Context): Promise<ListedAccount[]> =>
  (await listAccountRows(db)).map(listed);

/** One account by its name, as in the list. */
export const findListedAccount = async (
  { db }: Context,
  name: string,
): Promise<ListedAccount | undefined> => {
  const row = await findAccount(db, name);
  return row && listed(row);
};
