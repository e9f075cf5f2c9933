import { type AccountRow, findAccount, lockAccount, updatePassword } from '../../db/accounts.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { deleteSessionsOf } from '../../db/sessions.js';
import { findPasswordProblem } from '../../domain/accounts/password-rule.js';
import type { Context } from '../context.js';
import { type Account, holderOf } from './account.js';
import { accountCounter, lockOf, type PasswordRefusal, refuseWrong } from './counters.js';
import { type Hasher, type Passwords, TooManySignIns } from './passwords.js';
import { startSession, type StartedSession } from './sessions.js';

/** The result of changing one's own password. */
export type PasswordChange =
  /** Every session of the account has ended; this one is new. */
  | ({ readonly kind: 'changed' } & StartedSession)
  | { readonly kind: 'weak'; readonly problem: string }
  | PasswordRefusal
  | { readonly kind: 'busy' };

type OwnContext = Context<'now', Pool> & { readonly passwords: Passwords };

const store = (
  { db: pool, now }: OwnContext,
  checked: AccountRow,
  { account, passwordHash }: { readonly account: Account; readonly passwordHash: string },
): Promise<PasswordChange> =>
  inTransaction(pool, async (db: Queryable) => {
    const row = await lockAccount(db, checked.name);
    if (row?.disabled_at !== null || row.password_hash !== checked.password_hash) {
      return { kind: 'refused', triesLeft: 0 };
    }
    await updatePassword(db, row.account_id, { passwordHash, mustChange: false });
    const ended = await deleteSessionsOf(db, row.account_id);
    await insertAudit(db, {
      actor: holderOf(account).name,
      action: 'account.password_changed',
      object: account.name,
      details: { ended },
      at: now,
    });
    const started = await startSession({ db, now }, { ...row, must_change: false }, 'password');
    return { kind: 'changed', ...started };
  });

const attempt = async (
  context: OwnContext,
  hasher: Hasher,
  { account, current, next }: Passage,
): Promise<PasswordChange> => {
  const row = await findAccount(context.db, account.name);
  if (row === undefined) return { kind: 'refused', triesLeft: 0 };
  const counter = accountCounter(context, row);
  const lock = lockOf(counter, context.now);
  if (lock !== undefined) return lock;
  if (!(await hasher.matches(current, row.password_hash))) return refuseWrong(counter);
  if (current === next) return { kind: 'weak', problem: 'Choose another password than today.' };
  return store(context, row, { account, passwordHash: await hasher.hash(next) });
};

interface Passage {
  readonly account: Account;
  readonly current: string;
  readonly next: string;
}

/**
 * Changes the password of an account by its owner, who gives the current one too. A wrong one
 * counts as at sign-in. Ends every session of the account and starts a new one.
 */
export const changePassword = async (
  context: OwnContext,
  passage: Passage,
): Promise<PasswordChange> => {
  const problem = findPasswordProblem(passage.next, passage.account.name);
  if (problem !== undefined) return { kind: 'weak', problem };
  try {
    return await context.passwords.inTurn((hasher) => attempt(context, hasher, passage));
  } catch (error) {
    if (error instanceof TooManySignIns) return { kind: 'busy' };
    throw error;
  }
};
