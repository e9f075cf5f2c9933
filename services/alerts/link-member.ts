import type { LoyaltyMember, LoyaltyMemberLink } from '../../contracts/sparkfly/activity.js';
import { setMembersAlertsDue } from '../../db/alert-evidence.js';
import { insertAudit } from '../../db/audit.js';
import { lockMembers, upsertMembers } from '../../db/loyalty-members.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Actor, Vault } from '../ports.js';
import { memberContext } from './open-member.js';

/**
 * Says which account a loyalty member has with us, in place of what was said or pushed before; what
 * alerts tell of the member follows. The account is kept sealed and is in no audit row. Throws
 * `TemporarilyUnavailable`.
 */
export const linkMember = async (
  deps: { readonly pool: Pool; readonly vault: Vault },
  actor: Actor,
  { enrollmentId, link, now }: { enrollmentId: number; link: LoyaltyMemberLink; now: Date },
): Promise<LoyaltyMember> => {
  const { account_id, banner = null } = link;
  const account = deps.vault.seal(account_id, memberContext(enrollmentId));
  return inTransaction(deps.pool, async (db) => {
    await lockMembers(db, [enrollmentId]);
    await upsertMembers(db, 'analyst', [{ enrollment_id: enrollmentId, account, banner }], now);
    await setMembersAlertsDue(db, [enrollmentId], now);
    await insertAudit(db, {
      actor: actor.name,
      action: 'loyalty_member.linked',
      object: `loyalty_member:${enrollmentId}`,
      details: { banner },
      at: now,
    });
    const updated_at = now.toISOString();
    return { loyalty_enrollment_id: enrollmentId, account_id, banner, updated_at };
  });
};
