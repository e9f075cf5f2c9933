import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PartnerReport } from '../../contracts/v1/partners.js';
import { createLogger } from '../../runtime/logger.js';
import { createMetrics } from '../../runtime/metrics.js';
import { listPartners } from '../../services/partners/health.js';
import { watchPartners } from '../../worker/report-partners.js';
import { openDatabase } from '../services/database.js';
import { countingStatements } from '../support/counting-statements.js';
import { until } from '../support/until.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

const calm: PartnerReport = {
  ...{ breaker: 'closed', breakerSince: '2026-11-21T10:00:00.000Z', holdOffUntil: null },
  ...{ inFlight: 0, faultShare: null, health: null },
  latency: { checks: 0, p50Ms: null, p95Ms: null, p99Ms: null },
};

/** A worker with one partner, whose report may change. */
const watching = (unchangedEveryMs: number) => {
  const ending = new AbortController();
  const partner = { report: calm };
  const db = countingStatements(database.pool);
  let turns = 0;
  const ended = watchPartners(
    {
      ...{ db: db.pool, worker: 'w', metrics: createMetrics(), signal: ending.signal },
      ...{ logger: createLogger('worker', 'fatal'), now: () => new Date() },
      controls: () => ({
        policies: {} as never,
        switchedOff: new Set(),
        leverMovedAtMs: new Map(),
      }),
      partners: {
        yleo: {
          report: () => partner.report,
          probe: () => Promise.resolve(),
          heedLever: () => {
            turns += 1;
          },
        },
      },
    },
    { everyMs: 20, unchangedEveryMs },
  );
  const begun = turns;
  return {
    ...{ partner, statements: db.count },
    turn: (count: number) => until('it has turned', () => Promise.resolve(turns >= begun + count)),
    end: async () => {
      ending.abort();
      await ended;
    },
  };
};

const breakerNow = async () => {
  const found = await listPartners({ db: database.pool, now: new Date() }, { configured: [] });
  return found.find(({ name }) => name === 'yleo')?.breaker;
};

it("a partner's new state is stored at the next turn, and the same state not again", async () => {
  const worker = watching(600_000);
  await worker.turn(10);
  expect(worker.statements()).toBe(1);
  worker.partner.report = { ...calm, breaker: 'open' };
  await until('operators see it', async () => (await breakerNow()) === 'open');
  await worker.end();
  expect(worker.statements()).toBe(2);
});

it('a worker whose partners stay as they are still reports, or it would count as ended', async () => {
  const worker = watching(100);
  await until('it has reported three times', () => Promise.resolve(worker.statements() >= 3));
  await worker.end();
  expect(await breakerNow()).toBe('closed');
});
