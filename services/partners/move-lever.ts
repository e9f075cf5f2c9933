import { z } from 'zod';
import { type VotingPartner, votingPartners } from '../../contracts/policy.js';
import type { PartnerSwitch } from '../../contracts/v1/partners.js';
import { insertAudit } from '../../db/audit.js';
import { moveLever } from '../../db/partner-levers.js';
import type { Queryable } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';

export interface LeverToMove {
  readonly partner: VotingPartner;
  readonly lever: PartnerSwitch;
  readonly now: Date;
}

const Move = z.object({
  partner: z.enum(votingPartners),
  state: z.enum(['on', 'off']),
  reason: z.string(),
});

/** A lever's move as a proposal keeps it. */
export const readMove = (change: unknown): Omit<LeverToMove, 'now'> => {
  const { partner, state, reason } = Move.parse(change);
  return { partner, lever: { state, reason } };
};

/**
 * Moves a lever with its audit row; true when it moved. One that stands there already is left as it
 * is, with its reason. Throws `TemporarilyUnavailable`.
 */
export const moveLeverAudited = async (
  db: Queryable,
  actor: Actor,
  { partner, lever, now }: LeverToMove,
): Promise<boolean> => {
  const { state } = lever;
  const reason = maskReason(lever.reason);
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
};
