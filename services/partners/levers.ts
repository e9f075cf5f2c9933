import { z } from 'zod';
import { type VotingPartner, votingPartners } from '../../contracts/voting-partners.js';
import type { PartnerSwitch } from '../../contracts/v1/partners.js';
import { insertAudit } from '../../db/audit.js';
import { listLevers, lockLevers, moveLever } from '../../db/partner-levers.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { propose, type Proposed } from '../proposals/propose.js';

export type Switched = { readonly kind: 'moved' | 'unchanged' } | Proposed;

/**
 * Switches a partner on or off for every banner. Off is an emergency, which one person may tell;
 * where four eyes are, it is on again only when another person agrees. Throws
 * `TemporarilyUnavailable`.
 */
export const switchPartner = async (
  { pool, fourEyes }: { readonly pool: Pool; readonly fourEyes: boolean },
  actor: Actor,
  given: LeverToMove,
): Promise<Switched> =>
  inTransaction(pool, async (db) => {
    await lockLevers(db);
    const { partner, lever, now } = given;
    const present = (await listLevers(db)).find((one) => one.partner === partner)?.state ?? 'on';
    if (present === lever.state) return { kind: 'unchanged' };
    if (fourEyes && lever.state === 'on') {
      const change = { partner, state: lever.state, reason: maskReason(lever.reason) };
      const { reason } = change;
      return propose(db, actor, {
        ...{ kind: 'partner', object: `partner:${partner}`, change, reason, now },
      });
    }
    await moveLeverAudited(db, actor, given);
    return { kind: 'moved' };
  });

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
