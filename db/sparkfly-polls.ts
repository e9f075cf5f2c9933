import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const PollRow = z.object({ seen_until: z.date().nullable(), walked_at: z.date().nullable() });
export type PollRow = z.output<typeof PollRow>;

/** The position up to which Sparkfly's listing was read. */
export const readSparkflyPoll = async (db: Queryable): Promise<PollRow> => {
  const { rows } = await reached(
    db.query({
      name: 'read-sparkfly-poll',
      text: 'select seen_until, walked_at from sparkfly_polls',
    }),
  );
  const row = parseRow(PollRow, rows);
  if (row === undefined) throw new Error('the polls of Sparkfly have no row');
  return row;
};

/** Moves the position, forward only; null keeps it. */
export const moveSparkflyPoll = async (
  db: Queryable,
  { seenUntil, walkedAt }: { readonly seenUntil: Date | null; readonly walkedAt: Date | null },
): Promise<void> => {
  await reached(
    db.query({
      name: 'move-sparkfly-poll',
      text: `update sparkfly_polls set seen_until = greatest(seen_until, $1::timestamptz),
          walked_at = greatest(walked_at, $2::timestamptz)`,
      values: [seenUntil, walkedAt],
    }),
  );
};
