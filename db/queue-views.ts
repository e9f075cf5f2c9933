import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const QueueViewRow = z.object({
  view_id: z.string(),
  owner: z.string(),
  name: z.string(),
  query: z.string(),
  is_shared: z.boolean(),
});
export type QueueViewRow = z.output<typeof QueueViewRow>;

const columns = 'view_id, owner, name, query, is_shared';

/** The views of an owner, and those that others share, by name. */
export const listQueueViews = async (db: Queryable, owner: string): Promise<QueueViewRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-queue-views',
      text: `select ${columns} from queue_views where owner = $1 or is_shared
        order by (owner <> $1), name, view_id limit 200`,
      values: [owner],
    }),
  );
  return parseRows(QueueViewRow, rows);
};

/** Stores a view; one of the same owner and name takes its new content and keeps its id. */
export const saveQueueView = async (
  db: Queryable,
  view: {
    readonly viewId: string;
    readonly owner: string;
    readonly name: string;
    readonly query: string;
    readonly isShared: boolean;
    readonly at: Date;
  },
): Promise<QueueViewRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'save-queue-view',
      text: `insert into queue_views (view_id, owner, name, query, is_shared, saved_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (owner, name) do update set query = excluded.query,
          is_shared = excluded.is_shared, saved_at = excluded.saved_at
        returning ${columns}`,
      values: [view.viewId, view.owner, view.name, view.query, view.isShared, view.at],
    }),
  );
  return parseRow(QueueViewRow, rows);
};

/** Removes a view of an owner, or of anybody when the owner is null; false when there is none. */
export const deleteQueueView = async (
  db: Queryable,
  viewId: string,
  owner: string | null,
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'delete-queue-view',
      text: `delete from queue_views
        where view_id = $1 and ($2::text is null or owner = $2)`,
      values: [viewId, owner],
    }),
  );
  return rowCount === 1;
};
