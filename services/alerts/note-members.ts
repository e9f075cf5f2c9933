import { setMembersAlertsDue } from '../../db/alert-evidence.js';
import { findMembers, upsertMembers } from '../../db/loyalty-members.js';
import type { Queryable } from '../../db/pool.js';
import type { Vault } from '../ports.js';
import { memberContext, openMember } from './open-member.js';

/** Something pushed that may tell a member's account. */
interface Told {
  readonly loyalty_enrollment_id?: number | undefined;
  readonly account_id?: string | undefined;
}

/**
 * Notes which accounts members have, as pushes tell it beside other things: the last one counts,
 * and none above what an analyst said. The alerts of members whose account is new or another one
 * are told anew. The caller has locked the members (`lockMembers`). Throws
 * `TemporarilyUnavailable`.
 */
export const noteMembers = async (
  { db, vault }: { readonly db: Queryable; readonly vault: Vault },
  told: readonly Told[],
  now: Date,
): Promise<void> => {
  const accounts = new Map(
    told.flatMap(({ loyalty_enrollment_id: id, account_id: account }) =>
      id === undefined || account === undefined ? [] : [[id, account.trim()] as const],
    ),
  );
  if (accounts.size === 0) return;
  const known = new Map(
    (await findMembers(db, [...accounts.keys()])).map((row) => [row.enrollment_id, row]),
  );
  const changed = [...accounts].filter(([id, account]) => {
    const row = known.get(id);
    if (row === undefined) return true;
    return row.told_by === 'push' && openMember(vault, row) !== account;
  });
  if (changed.length === 0) return;
  const rows = changed.map(([id, account]) => ({
    enrollment_id: id,
    account: vault.seal(account, memberContext(id)),
    banner: null,
  }));
  await upsertMembers(db, 'push', rows, now);
  const ids = changed.map(([id]) => id);
  await setMembersAlertsDue(db, ids, now);
};
