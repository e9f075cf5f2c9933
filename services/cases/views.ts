import { randomUUID } from 'node:crypto';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import {
  deleteQueueView,
  listQueueViews,
  type QueueViewRow,
  saveQueueView,
} from '../../db/queue-views.js';
import type { Context } from '../context.js';

/** Filters of the queue under a name. */
export interface SavedView {
  readonly viewId: string;
  readonly name: string;
  /** As in the queue's address, such as `banner=bay&view=overdue`. */
  readonly query: string;
  readonly isShared: boolean;
  readonly owner: string;
  /** Whether it is the caller's own. */
  readonly isOwn: boolean;
}

const show = (row: QueueViewRow, actorName: string): SavedView => ({
  viewId: row.view_id,
  name: row.name,
  query: row.query,
  isShared: row.is_shared,
  owner: row.owner,
  isOwn: row.owner === actorName,
});

/** The caller's saved views by name, then those that others share. */
export const listViews = async ({ db, actor }: Context<'actor'>): Promise<SavedView[]> =>
  (await listQueueViews(db, actor.name)).map((row) => show(row, actor.name));

/** Saves a view; one of the caller's with the same name takes the new filters. */
export const saveView = (
  { db: pool, actor, now: at }: Context<'actor' | 'now', Pool>,
  given: { readonly name: string; readonly query: string; readonly isShared: boolean },
): Promise<SavedView> =>
  inTransaction(pool, async (db) => {
    const viewId = randomUUID();
    const row = await saveQueueView(db, { viewId, owner: actor.name, at, ...given });
    if (row === undefined) throw new Error('a saved view was not returned');
    const { view_id: id, is_shared: isShared } = row;
    const details = { viewId: id, isShared };
    await insertAudit(db, {
      ...{ actor: actor.name, action: 'view.saved', object: 'queue', details, at },
    });
    return show(row, actor.name);
  });

/** Removes a view of the caller; with `isLead` anybody's. False when there is no such view. */
export const removeView = (
  { db: pool, actor, now: at }: Context<'actor' | 'now', Pool>,
  viewId: string,
  { isLead }: { readonly isLead: boolean },
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    const isRemoved = await deleteQueueView(db, viewId, isLead ? null : actor.name);
    if (!isRemoved) return false;
    const details = { viewId };
    await insertAudit(db, {
      ...{ actor: actor.name, action: 'view.removed', object: 'queue', details, at },
    });
    return true;
  });
