import { z } from 'zod';
import { notifyWorkers } from './due.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

export interface NewAifiPush {
  readonly pushId: string;
  readonly pushKey: Buffer;
  readonly sessionId: string | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  /** Encrypted. */
  readonly body: Buffer;
  readonly flags: readonly string[];
}

/** Stores a push to be drained; false when it exists. */
export const insertAifiPush = async (db: Queryable, row: NewAifiPush): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'insert-aifi-push',
      text: `with kept as (
          insert into aifi_pushes (push_id, push_key, session_id, occurred_at, received_at, body,
            flags)
          values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
          returning push_id, received_at
        )
        insert into due_work (consumer, key, due_at, since)
        select 'aifi', push_id::text, received_at, received_at from kept
        returning ${notifyWorkers}`,
      values: [
        row.pushId,
        row.pushKey,
        row.sessionId,
        row.occurredAt,
        row.receivedAt,
        row.body,
        row.flags,
      ],
    }),
  );
  return result.rowCount === 1;
};

const AifiPushRow = z.object({
  push_id: z.string(),
  session_id: z.string().nullable(),
  occurred_at: z.date(),
  flags: z.array(z.string()),
});
export type AifiPushRow = z.output<typeof AifiPushRow>;

/**
 * The given pushes that are not drained, in the given order. Without their bodies, each of which
 * may have a megabyte.
 */
export const listUndrainedAifiPushes = async (
  db: Queryable,
  pushIds: readonly string[],
): Promise<AifiPushRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-undrained-aifi-pushes',
      text: `select p.push_id, p.session_id, p.occurred_at, p.flags
        from unnest($1::uuid[]) with ordinality as given(push_id, place)
        join aifi_pushes p using (push_id) where p.drained_at is null order by given.place`,
      values: [pushIds],
    }),
  );
  return parseRows(AifiPushRow, rows);
};

const BodyRow = z.object({ body: z.instanceof(Buffer) });

/**
 * The body of a push, sealed with the context `aifi:<push_id>`. Throws when there is no such push.
 */
export const findAifiPushBody = async (db: Queryable, pushId: string): Promise<Buffer> => {
  const { rows } = await reached(
    db.query({
      name: 'find-aifi-push-body',
      text: 'select body from aifi_pushes where push_id = $1',
      values: [pushId],
    }),
  );
  const row = parseRow(BodyRow, rows);
  if (row === undefined) throw new Error('a push was not found');
  return row.body;
};

/** Marks pushes as drained. */
export const setAifiPushesDrained = async (
  db: Queryable,
  pushIds: readonly string[],
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'set-aifi-pushes-drained',
      text: `update aifi_pushes set due_at = null, drained_at = $2
        where push_id = any($1::uuid[])`,
      values: [pushIds, at],
    }),
  );
};
