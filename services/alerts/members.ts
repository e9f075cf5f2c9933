import { z } from 'zod';
import type { LoyaltyMember, LoyaltyMemberLink } from '../../contracts/sparkfly/activity.js';
import { setMembersAlertsDue } from '../../db/alert-evidence.js';
import type { AlertRuleRow } from '../../db/alert-rules.js';
import { insertAudit } from '../../db/audit.js';
import {
  findMembers,
  lockMembers,
  type MemberRow,
  upsertMembers,
} from '../../db/loyalty-members.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import type { Context, Vault } from '../context.js';

const contextOf = (ruleId: number): string => `alert-rule:${ruleId}`;

const Emails = z.array(z.string());

/** Seals the e-mail addresses of a rule for Postgres. */
export const sealEmails = (vault: Vault, ruleId: number, emails: readonly string[]): Buffer =>
  vault.seal(JSON.stringify(emails), contextOf(ruleId));

/** Opens the e-mail addresses of a stored rule. Throws when their key has been retired. */
export const openEmails = (
  vault: Vault,
  { rule_id, emails }: Pick<AlertRuleRow, 'rule_id' | 'emails'>,
): string[] => Emails.parse(JSON.parse(vault.open(emails, contextOf(rule_id))));

/** The vault context that ties a sealed account to its member. */
const memberContext = (enrollmentId: number): string => `loyalty-member:${enrollmentId}`;

/** A member's account; undefined when its key is missing. */
export const openMember = (
  vault: Vault,
  { enrollment_id: id, account }: Pick<MemberRow, 'enrollment_id' | 'account'>,
): string | undefined => {
  try {
    return vault.open(account, memberContext(id));
  } catch {
    return undefined;
  }
};

/**
 * Links a loyalty member to an account, in place of any earlier link. The member's alerts become
 * evidence of the new account. The account is stored sealed and is in no audit row.
 */
export const linkMember = async (
  context: Context<'vault' | 'actor' | 'now', Pool>,
  { enrollmentId, link }: { enrollmentId: number; link: LoyaltyMemberLink },
): Promise<LoyaltyMember> => {
  const { actor, now } = context;
  const { account_id, banner = null } = link;
  const account = context.vault.seal(account_id, memberContext(enrollmentId));
  return inTransaction(context.db, async (db) => {
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

/** A push that may name a member's account. */
interface AccountPush {
  readonly loyalty_enrollment_id?: number | undefined;
  readonly account_id?: string | undefined;
}

/**
 * Records the accounts that pushes name for members: the last one counts, but an analyst's link
 * takes precedence. Alerts of members whose account is new or changed become due again as evidence.
 * The caller has locked the members (`lockMembers`).
 */
export const recordMemberAccounts = async (
  { db, vault, now }: Context<'vault' | 'now'>,
  pushes: readonly AccountPush[],
): Promise<void> => {
  const accounts = new Map(
    pushes.flatMap(({ loyalty_enrollment_id: id, account_id: account }) =>
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
