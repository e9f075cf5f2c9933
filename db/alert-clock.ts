import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const ClockRow = z.object({ position: z.coerce.number() });

const positionOf = (rows: readonly unknown[]): number => {
  const position = parseRow(ClockRow, rows)?.position;
  if (position === undefined) throw new Error('the clock of alerts has no row');
  return position;
};

/** The number up to which everything can be seen: nothing will be added below it. */
export const readAlertClock = async (db: Queryable): Promise<number> => {
  const { rows } = await reached(
    db.query({ name: 'read-alert-clock', text: 'select position from alert_clock' }),
  );
  return positionOf(rows);
};

/** Waits for all other writers of alerts and takes `count` numbers; gives the last of them. */
export const advanceAlertClock = async (db: Queryable, count: number): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'advance-alert-clock',
      text: 'update alert_clock set position = position + $1 returning position',
      values: [count],
    }),
  );
  return positionOf(rows);
};

/** Keeps rules as they are until the commit; many may do so at a time. */
export const holdAlertRules = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'hold-alert-rules',
      text: `select pg_advisory_xact_lock_shared(hashtextextended('alert-rules', 0))`,
    }),
  );
};

/** Waits until nobody counts under the rules as they are; holds until the commit. */
export const lockAlertRules = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-alert-rules',
      text: `select pg_advisory_xact_lock(hashtextextended('alert-rules', 0))`,
    }),
  );
};
