import { z } from 'zod';
import { AccountName, type AccountRole, accountRoles } from '../contracts/v1/accounts.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

export const AccountRow = z.object({
  account_id: z.string(),
  name: z.string(),
  display_name: z.string(),
  role: z.enum(accountRoles),
  password_hash: z.string(),
  must_change: z.boolean(),
  file_mark: z.string().nullable(),
  failed_tries: z.int(),
  locked_until: z.date().nullable(),
  created_at: z.date(),
  signed_in_at: z.date().nullable(),
  disabled_at: z.date().nullable(),
  undo_seconds: z.int().nullable(),
});
export type AccountRow = z.output<typeof AccountRow>;

/** The columns of an account, named: a prepared statement with `*` breaks when one is added. */
export const accountColumns = Object.keys(AccountRow.shape)
  .map((column) => `a.${column}`)
  .join(', ');

/** Whether an account could have this name: Postgres cannot store every text from outside. */
const isName = (name: string): boolean => AccountName.safeParse(name).success;

export const findAccount = async (db: Queryable, name: string): Promise<AccountRow | undefined> => {
  if (!isName(name)) return undefined;
  const { rows } = await reached(
    db.query({
      name: 'find-account',
      text: `select ${accountColumns} from accounts a where a.name = $1`,
      values: [name],
    }),
  );
  return parseRow(AccountRow, rows);
};

/** Reads an account and locks its row until the transaction ends. */
export const lockAccount = async (db: Queryable, name: string): Promise<AccountRow | undefined> => {
  if (!isName(name)) return undefined;
  const { rows } = await reached(
    db.query(`select ${accountColumns} from accounts a where a.name = $1 for update`, [name]),
  );
  return parseRow(AccountRow, rows);
};

/** Every account, by name. */
export const listAccounts = async (db: Queryable): Promise<AccountRow[]> => {
  const { rows } = await reached(
    db.query(`select ${accountColumns} from accounts a order by a.name`),
  );
  return parseRows(AccountRow, rows);
};

/** The name of each account with its display name. */
export const listDisplayNames = async (db: Queryable): Promise<[string, string][]> => {
  const { rows } = await reached(
    db.query<{ name: string; display_name: string }>({
      name: 'list-display-names',
      text: 'select name, display_name from accounts',
    }),
  );
  return rows.map(({ name, display_name: displayName }) => [name, displayName]);
};

/** Locks the administrators who may sign in until the transaction ends, and returns their names. */
export const lockAdmins = async (db: Queryable): Promise<string[]> => {
  const { rows } = await reached(
    db.query<{ name: string }>(
      `select name from accounts where role = 'admin' and disabled_at is null
        order by name for update`,
    ),
  );
  return rows.map(({ name }) => name);
};

export interface NewAccount {
  readonly accountId: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: AccountRole;
  readonly passwordHash: string;
  readonly mustChange: boolean;
  readonly fileMark: string | null;
  readonly createdAt: Date;
}

/** Stores a new account; false when the name is taken. */
export const insertAccount = async (db: Queryable, account: NewAccount): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query(
      `insert into accounts (account_id, name, display_name, role, password_hash, must_change,
          file_mark, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (name) do nothing`,
      [
        account.accountId,
        account.name,
        account.displayName,
        account.role,
        account.passwordHash,
        account.mustChange,
        account.fileMark,
        account.createdAt,
      ],
    ),
  );
  return rowCount === 1;
};

/** Stores another password. Wrong tries before it no longer count. */
export const updatePassword = async (
  db: Queryable,
  accountId: string,
  change: { readonly passwordHash: string; readonly mustChange: boolean },
): Promise<void> => {
  await reached(
    db.query(
      `update accounts set password_hash = $2, must_change = $3, failed_tries = 0,
        locked_until = null where account_id = $1`,
      [accountId, change.passwordHash, change.mustChange],
    ),
  );
};

/** Notes which password of the accounts file the account has. */
export const updateFileMark = async (
  db: Queryable,
  accountId: string,
  fileMark: string,
): Promise<void> => {
  await reached(
    db.query('update accounts set file_mark = $2 where account_id = $1', [accountId, fileMark]),
  );
};

/** Disables an account as of an instant, or enables it again. */
export const updateDisabled = async (
  db: Queryable,
  accountId: string,
  disabledAt: Date | null,
): Promise<void> => {
  await reached(
    db.query('update accounts set disabled_at = $2 where account_id = $1', [accountId, disabledAt]),
  );
};

export const updateRole = async (
  db: Queryable,
  accountId: string,
  role: AccountRole,
): Promise<void> => {
  await reached(db.query('update accounts set role = $2 where account_id = $1', [accountId, role]));
};

/** Stores how long the account's decisions can be undone; null for the installation's default. */
export const updateUndoSeconds = async (
  db: Queryable,
  accountId: string,
  undoSeconds: number | null,
): Promise<void> => {
  await reached(
    db.query('update accounts set undo_seconds = $2 where account_id = $1', [
      accountId,
      undoSeconds,
    ]),
  );
};

/** Stores how often a wrong password was given. */
export const updateTries = async (
  db: Queryable,
  accountId: string,
  tries: { readonly failedTries: number; readonly lockedUntil: Date | null },
): Promise<void> => {
  await reached(
    db.query('update accounts set failed_tries = $2, locked_until = $3 where account_id = $1', [
      accountId,
      tries.failedTries,
      tries.lockedUntil,
    ]),
  );
};

export const noteSignIn = async (db: Queryable, accountId: string, at: Date): Promise<void> => {
  await reached(
    db.query('update accounts set signed_in_at = $2 where account_id = $1', [accountId, at]),
  );
};
