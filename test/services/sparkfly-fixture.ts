import type { Settings } from '../../contracts/settings.js';
import type { Pool } from '../../db/pool.js';
import { pollListing } from '../../services/sparkfly.js';
import { exampleSettings } from '../support/rules.js';
import { vault } from './alerts-fixture.js';

export const hourMs = 3_600_000;
export const beganMs = Date.parse('2026-11-01T00:00:00Z');

export const at = (ms: number): string => new Date(ms).toISOString();

export type Entry = Readonly<Record<string, unknown>>;

/** An alert of Sparkfly's listing, raised `hours` after the beginning. */
export const entryAt = (hours: number, more: Entry = {}): Entry => ({
  ...{ fraud_alert_rule_id: 12, fraud_alert_rule_name: 'Points', notifications_sent: false },
  ...{ metric_type: 'loyalty_enrollment_points_earned', quantity: 1234, suppressed_count: 0 },
  ...{ loyalty_enrollment_id: 77, store_id: null },
  ...{ created_at: at(beganMs + hours * hourMs), updated_at: at(beganMs + hours * hourMs) },
  ...more,
});

interface PollOptions {
  readonly hours: number;
  readonly perPage?: number;
  readonly isCounted?: boolean;
  readonly sparkfly?: Partial<Settings['sparkfly']>;
  /** Called before each page; may throw, or change the listing. */
  readonly before?: (page: number) => void;
}

/** Polls a listing whose pages are cut at each request. Returns the numbers of the pages read. */
export const pollOf = async (pool: Pool, listing: () => readonly unknown[], given: PollOptions) => {
  const { hours, perPage = 2, isCounted = true } = given;
  const pages: number[] = [];
  const shipped = exampleSettings();
  const sparkfly = { ...shipped.sparkfly, overlapMs: hourMs, ...given.sparkfly };
  const poll = await pollListing(
    {
      ...{ db: pool, vault, settings: { ...shipped, sparkfly } },
      now: () => new Date(beganMs + hours * hourMs),
      onProgress: () => undefined,
      readPage: async (page) => {
        given.before?.(page);
        pages.push(page);
        const entries = listing().slice((page - 1) * perPage, page * perPage);
        return { entries, isLast: page * perPage >= listing().length, isCounted };
      },
    },
    undefined,
  );
  const { taken, moved, unreadable, walkedAll } = poll;
  return { pages, taken, moved, unreadable, walkedAll, fault: poll.fault };
};

/** Every stored alert of Sparkfly, with its mutable values. */
export const storedIn = async (pool: Pool) => {
  const { rows } = await pool.query<{
    owner: string | null;
    created: Date;
    suppressed: number;
    sent: boolean;
    updated: Date;
    evidence: Date | null;
  }>(
    `select owner, created_at as created, suppressed_count as suppressed,
      notifications_sent as sent, updated_at as updated, due_at as evidence
      from alert_events left join due_work
        on consumer = 'alert_evidence' and key = event_id::text
      where source = 'sparkfly' order by created_at, owner`,
  );
  return rows;
};

export const clearPolls = async (pool: Pool): Promise<void> => {
  await pool.query('update sparkfly_polls set seen_until = null, walked_at = null');
};
