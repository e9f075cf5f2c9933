import type { MemberRow } from '../../db/loyalty-members.js';
import type { Vault } from '../ports.js';

/** What the sealed account of a member is tied to. */
export const memberContext = (enrollmentId: number): string => `loyalty-member:${enrollmentId}`;

/** The account that a member has; undefined when the key of its seal is missing. */
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
