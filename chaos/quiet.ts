import { Client } from '@temporalio/client';
import pg from 'pg';
import { connectNow } from '../runtime/temporal.js';
import { sleep, type Storm } from './callers/storm.js';

const taskQueue = 'fraud';

/** What is still under way, by what it is. The consumers of events have work in `due_work`. */
const underWay = `
  select 'orders ' || status as what, count(*)::int as n from transactions
    where status in ('deciding', 'settling') group by status
  union all
  select 'events without consumers', count(*)::int from order_events
    where dispatched_at is null having count(*) > 0
  union all
  select 'work of ' || consumer, count(*)::int from due_work group by consumer
  union all
  select 'chargebacks to report', count(*)::int from labels l
    where l.kind = 'chargeback' and l.told_at is null and exists (select from partner_answers p
      where p.transaction_id = l.transaction_id and p.partner = 'sardine'
        and p.answer ->> 'kind' = 'answered')
    having count(*) > 0
  union all
  select 'decisions at the desk', count(*)::int from case_decisions
    where state in ('pending', 'applying') having count(*) > 0`;

interface Left {
  readonly what: string;
  readonly n: number;
}

const listUnfinished = async (databaseUrl: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Left>(underWay);
    return rows.map(({ what, n }) => `${n} ${what}`);
  } catch (error) {
    return [`Postgres does not answer: ${error instanceof Error ? error.message : 'unknown'}`];
  } finally {
    await client.end().catch(() => undefined);
  }
};

const pollMs = 500;

/** Starts the reports of chargebacks, which are due once a minute, at once. */
const hurryReports = async ({ stack }: Storm): Promise<void> => {
  const connection = await connectNow({ address: stack.temporalAddress });
  try {
    const { schedule } = new Client({ connection });
    await schedule.getHandle(`tell-chargebacks:${taskQueue}`).trigger();
  } finally {
    await connection.close();
  }
};

/** Waits until Verdict is ready and nothing is under way, and records how long it took. */
export const untilQuiet = async (
  storm: Storm,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const { stack, recorder } = storm;
  const beganMs = recorder.now();
  for (;;) {
    const isReady = await stack.isReady();
    const left = [
      ...(isReady ? [] : ['API or worker is not ready']),
      ...(await listUnfinished(stack.databaseUrl)),
    ];
    const tookMs = recorder.now() - beganMs;
    if (left.length === 0 || tookMs > limitMs || signal.aborted) {
      recorder.add({ type: 'quiet', tookMs, limitMs, left });
      return;
    }
    if (left.some((text) => text.includes('chargebacks'))) {
      // The next check tries again.
      await hurryReports(storm).catch(() => undefined);
    }
    await sleep(pollMs, signal);
  }
};
