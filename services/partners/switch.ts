import { listLevers, lockLevers } from '../../db/partner-levers.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { propose, type Proposed } from '../proposals/propose.js';
import { type LeverToMove, moveLeverAudited } from './move-lever.js';

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
