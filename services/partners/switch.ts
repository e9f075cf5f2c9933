import type { VotingPartner } from '../../contracts/policy.js';
import type { PartnerSwitch } from '../../contracts/v1/partners.js';
import { insertAudit } from '../../db/audit.js';
import { moveLever } from '../../db/partner-levers.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';

/**
 * Switches a partner on or off for every banner, with an audit row; true when this moved the
 * lever. One that stands there already is left as it is, with its reason, and nothing is written.
 * Throws `TemporarilyUnavailable`.
 */
export const switchPartner = async (
  pool: Pool,
  actor: Actor,
  {
    partner,
    lever,
    now,
  }: {
    readonly partner: VotingPartner;
    readonly lever: PartnerSwitch;
    readonly now: Date;
  },
): Promise<boolean> => {
  const { state } = lever;
  const reason = maskReason(lever.reason);
  return inTransaction(pool, async (db) => {
    const moved = { partner, state, reason, changedBy: actor.name, changedAt: now };
    const at = await moveLever(db, moved);
    if (at === undefined) return false;
    await insertAudit(db, {
      actor: actor.name,
      action: 'partner.switched',
      object: `partner:${partner}`,
      details: { state, reason },
      at,
    });
    return true;
  });
};
