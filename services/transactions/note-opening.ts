import { insertAudit } from '../../db/audit.js';
import type { Queryable } from '../../db/pool.js';
import type { Actor } from '../ports.js';

/** Writes down that somebody opened what is known of one order. Throws `TemporarilyUnavailable`. */
export const noteOpening = (
  db: Queryable,
  actor: Actor,
  opened: { readonly what: 'explanation'; readonly transactionId: string; readonly now: Date },
): Promise<void> =>
  insertAudit(db, {
    actor: actor.name,
    action: `${opened.what}.read`,
    object: opened.transactionId,
    at: opened.now,
  });
