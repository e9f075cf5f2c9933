import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const ClockRow = z.object({ position: z.coerce.number() });

const positionOf = (rows: readonly unknown[]): number => {
  const position = parseRow(ClockRow, rows)?.position;
  if (position === undefined) throw new Error('the clock of alerts has no row');
  return position;
};

/** The position up to which all writes are visible: nothing will be added at or below it. */
export const readAlertClock = async (db: Queryable): Promise<number> => {
  const { rows } = await reached(
    db.query({ name: 'read-alert-clock', text: 'select position from alert_clock' }),
  );
  return positionOf(rows);
};

/** Waits for all other writers of alerts, takes `count` positions, and returns the last one. */
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

/** Blocks changes of rules until the commit. A shared lock: several transactions may hold it. */
export const holdAlertRules = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'hold-alert-rules',
      text: `select pg_advisory_xact_lock_shared(hashtextextended('alert-rules', 0))`,
    }),
  );
};

/** Waits until no transaction counts under the present rules. The lock lasts until the commit. */
export const lockAlertRules = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-alert-rules',
      text: `select pg_advisory_xact_lock(hashtextextended('alert-rules', 0))`,
    }),
  );
};
