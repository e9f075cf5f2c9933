import type { AccountRole } from '../../contracts/v1/accounts.js';
import type { AccountRow } from '../../db/accounts.js';
import type { KeyHolder } from '../keys.js';

/** A person who may sign in to the console. */
export interface Account {
  readonly accountId: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: AccountRole;
  /** How long this account's decisions can be undone; null for the installation's default. */
  readonly undoSeconds: number | null;
}

export const accountOf = (row: AccountRow): Account => ({
  accountId: row.account_id,
  name: row.name,
  displayName: row.display_name,
  role: row.role,
  undoSeconds: row.undo_seconds,
});

/** The actor for an account: services treat it like the holder of a bearer key. */
export const holderOf = ({ role, name }: Pick<Account, 'role' | 'name'>): KeyHolder => ({
  name: `${role}:${name}`,
  role,
});
