import { z } from 'zod';
import { type VotingPartner, votingPartners } from '../../contracts/voting-partners.js';
import type { PartnerSwitch } from '../../contracts/v1/partners.js';
import { insertAudit } from '../../db/audit.js';
import { listLevers, lockLevers, moveLever } from '../../db/partner-levers.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Context } from '../context.js';
import { propose, type Proposed } from '../proposals/propose.js';

interface LeverToMove {
  readonly partner: VotingPartner;
  readonly lever: PartnerSwitch;
}

type Switched = { readonly kind: 'moved' | 'unchanged' } | Proposed;

/**
 * Moves a lever, with an audit row; true when it moved. A lever already in that state stays, with
 * its reason.
 */
export const moveLeverAudited = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  { partner, lever }: LeverToMove,
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

/**
 * Switches a partner on or off for every banner. One person may switch it off in an emergency; with
 * four eyes, switching it on again needs another person's approval.
 */
export const switchPartner = async (
  {
    db: pool,
    fourEyes,
    actor,
    now,
  }: Context<'actor' | 'now', Pool> & { readonly fourEyes: boolean },
  given: LeverToMove,
): Promise<Switched> =>
  inTransaction(pool, async (db) => {
    await lockLevers(db);
    const { partner, lever } = given;
    const present = (await listLevers(db)).find((one) => one.partner === partner)?.state ?? 'on';
    if (present === lever.state) return { kind: 'unchanged' };
    if (fourEyes && lever.state === 'on') {
      const change = { partner, state: lever.state, reason: maskReason(lever.reason) };
      const { reason } = change;
      return propose(
        { db, actor, now },
        {
          kind: 'partner',
          object: `partner:${partner}`,
          change,
          reason,
        },
      );
    }
    await moveLeverAudited({ db, actor, now }, given);
    return { kind: 'moved' };
  });

const Move = z.object({
  partner: z.enum(votingPartners),
  state: z.enum(['on', 'off']),
  reason: z.string(),
});

/** Parses a lever's move from a proposal. */
export const readMove = (change: unknown): Omit<LeverToMove, 'now'> => {
  const { partner, state, reason } = Move.parse(change);
  return { partner, lever: { state, reason } };
};
