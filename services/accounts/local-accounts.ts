import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type LocalAccount,
  localAccountNames,
  localAccounts,
} from '../../contracts/v1/accounts.js';
import {
  findAccount,
  insertAccount,
  lockAccount,
  updateDisabled,
  updateFileMark,
  updatePassword,
} from '../../db/accounts.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { deleteSessionsOf } from '../../db/sessions.js';
import { type Context, system } from '../context.js';
import type { Hasher, Passwords } from './passwords.js';

type ImportContext = Context<'now' | 'tokeniser', Pool>;

const AccountsFile = z.partialRecord(z.enum(localAccountNames), z.string().min(1));

const displayNames: Readonly<Record<LocalAccount, string>> = {
  reviewer: 'Reviewer',
  reviewer2: 'Second reviewer',
  lead: 'Team lead',
  analyst: 'Analyst',
  operator: 'Operator',
  admin: 'Administrator',
};

/**
 * Keyed hash of a password in the file. At the next start it shows, in microseconds, whether the
 * password has changed. Its key is outside the database. Undefined when the key has been retired.
 */
const markOf = (
  { tokeniser }: Pick<ImportContext, 'tokeniser'>,
  keyId: string,
  [name, password]: readonly [string, string],
): string | undefined => {
  const hash = tokeniser.contentHash(keyId, `account\u0000${name}\u0000${password}`);
  return hash && `${keyId}:${hash.toString('base64url')}`;
};

/** Whether an account has had the password of its entry before. */
const isUnchanged = (
  context: ImportContext,
  mark: string | null,
  entry: readonly [string, string],
): boolean =>
  mark !== null && markOf(context, mark.slice(0, mark.lastIndexOf(':')), entry) === mark;

const importAccount = async (
  context: ImportContext,
  { hash }: Hasher,
  entry: readonly [LocalAccount, string],
): Promise<void> => {
  const { db: pool, now, tokeniser } = context;
  const [name, password] = entry;
  const fileMark = markOf(context, tokeniser.currentKeyId, entry) ?? '';
  const known = await findAccount(pool, name);
  if (known !== undefined && isUnchanged(context, known.file_mark, entry)) {
    // The key of the old mark may be retired next.
    if (known.file_mark !== fileMark) await updateFileMark(pool, known.account_id, fileMark);
    return;
  }
  const passwordHash = await hash(password);
  await inTransaction(pool, async (db) => {
    const isNew = await insertAccount(db, {
      ...{ accountId: randomUUID(), name, displayName: displayNames[name] },
      ...{ role: localAccounts[name], passwordHash, mustChange: false, fileMark, createdAt: now },
    });
    const row = await lockAccount(db, name);
    if (row === undefined) return;
    if (!isNew) {
      await updatePassword(db, row.account_id, { passwordHash, mustChange: false });
      await updateDisabled(db, row.account_id, null);
      await updateFileMark(db, row.account_id, fileMark);
      await deleteSessionsOf(db, row.account_id);
    }
    const action = isNew ? 'account.created' : 'account.password_reset';
    const details = { by: 'accounts file' };
    await insertAudit(db, { actor: system.name, action, object: name, details, at: now });
  });
};

/**
 * Makes the accounts in a local installation's `accounts.json` (name to password) and gives them
 * these passwords, where the file has changed since. Other accounts stay as they are. Throws when
 * the content is not such a file.
 */
export const importAccountsFile = async (
  context: ImportContext & { readonly passwords: Passwords },
  content: string,
): Promise<void> => {
  const file = AccountsFile.parse(JSON.parse(content));
  for (const name of localAccountNames) {
    const password = file[name];
    if (password === undefined) continue;
    await context.passwords.inTurn((hasher) => importAccount(context, hasher, [name, password]));
  }
};
