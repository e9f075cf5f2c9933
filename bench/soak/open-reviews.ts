import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { listOpenOrders, type OpenOrder } from '../../db/sweeps.js';
import { loadSettings } from '../../runtime/settings.js';
import { initialControls, policyDefaultsOf } from '../../services/controls.js';
import { createScreeningClient } from '../../temporal/order-client.js';
import { createRuns } from '../../temporal/order-runs.js';
import { resumeOrder, type ResumeDeps } from '../../temporal/resume-order.js';
import { screenTransactionType } from '../../workflows/order/messages.js';
import { fraudStatusKey } from '../../workflows/order/search-attributes.js';
import type { BenchContext } from '../context.js';
import { createRealOrders } from '../desk/real-orders.js';
import { seedCases } from '../desk/seed.js';
import type { Installation } from './installation.js';
import type { Plan } from './plan.js';

/** How long it took to have the reviews. */
export interface OpenedReviews {
  readonly storedInSeconds: number;
  readonly startedInSeconds: number;
  readonly startedPerSecond: number;
  /** Workflows that wait in review, by Temporal's own count. */
  readonly inReview: number;
}

/** Decisions of the product that the stored reviews copy. */
const templatesMax = 40;

/** Stores open cases like the benchmark of the desk. None falls due during the run. */
const storeReviews = async (
  { db, stack, agent, keys }: Installation,
  plan: Plan,
): Promise<void> => {
  const real = createRealOrders(stack, db, agent, 'template');
  const templates = await real.ofStories(Math.min(templatesMax, Math.ceil(plan.openReviews / 50)));
  const ids = templates.map(({ transactionId }) => transactionId);
  await seedCases({ db, ...keys }, { ...plan, openCases: plan.openReviews }, ids);
  await db.query(`update cases set due_at = now() + interval '72 hours' where status = 'open'`);
  await db.query('vacuum analyze');
  await db.query('checkpoint');
};

const inReviewQuery =
  `WorkflowType = '${screenTransactionType}' AND ExecutionStatus = 'Running' ` +
  `AND ${fraudStatusKey.name} = 'in_review'`;

/** How many workflows wait in review. */
export const countInReview = async ({ temporal }: Installation): Promise<number> => {
  const { count } = await temporal.workflow.count(inReviewQuery);
  return count;
};

const defaults = fileURLToPath(new URL('../../config/verdict.yaml', import.meta.url));
const hourMs = 3_600_000;

const resumeDepsOf = ({ db, keys, codec, temporal }: Installation): ResumeDeps => {
  const runs = createRuns(temporal, 'fraud');
  const controls = initialControls(policyDefaultsOf(loadSettings('VERDICT_SETTINGS', defaults)));
  return {
    ...{ db, vault: keys.vault, codec, runs },
    screening: createScreeningClient(temporal, 'fraud', runs),
    policy: {
      budgetMs: 1500,
      review: { remindAfterMs: 4 * hourMs, expireAfterMs: 72 * hourMs, expireAction: 'reject' },
      partners: ['sardine', 'yleo'],
    },
    controls: () => controls,
    now: () => new Date(),
  };
};

/** Workflows that are started before those in front of them have reached their review. */
const aheadMax = 1_000;

const pollMs = 500;
const retryMs = 1_000;

/** A worker that starts no further workflow for this long has stopped. */
const standstillMs = 120_000;

const untilInReview = async (
  installation: Installation,
  least: number,
  signal: AbortSignal,
): Promise<void> => {
  let [most, sinceMs] = [0, performance.now()];
  for (;;) {
    const count = await countInReview(installation);
    if (count >= least) return;
    if (count > most) [most, sinceMs] = [count, performance.now()];
    if (performance.now() - sinceMs > standstillMs) {
      throw new Error(`only ${count} of ${least} workflows have reached their review`);
    }
    await pause(pollMs, undefined, { signal });
  }
};

/** Like the sweep, tries again later while Temporal or Postgres is too busy to answer. */
const startPatiently = async (
  deps: ResumeDeps,
  order: OpenOrder,
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    try {
      return await resumeOrder(deps, order);
    } catch (error) {
      if (!(error instanceof TemporarilyUnavailable)) throw error;
      await pause(retryMs, undefined, { signal });
    }
  }
};

const startAll = async (
  installation: Installation,
  orders: readonly OpenOrder[],
  { startsAtOnce }: Plan,
  { signal, say }: BenchContext,
): Promise<void> => {
  const deps = resumeDepsOf(installation);
  const before = await countInReview(installation);
  for (let from = 0; from < orders.length; from += aheadMax) {
    const waiting = orders.slice(from, from + aheadMax);
    const start = async (): Promise<void> => {
      for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
        signal.throwIfAborted();
        await startPatiently(deps, order, signal);
      }
    };
    await Promise.all(Array.from({ length: startsAtOnce }, start));
    // The sweep starts some as well.
    await untilInReview(installation, before + from, signal);
    if (from % 10_000 === 0) say(`${from} workflows wait in review`);
  }
  await untilInReview(installation, orders.length, signal);
};

const ordersOf = async ({ db }: Installation): Promise<OpenOrder[]> => {
  const { rows } = await db.query<{ transaction_id: string }>(
    `select transaction_id from transactions where order_id like 'open-%'`,
  );
  return listOpenOrders(
    db,
    rows.map((row) => row.transaction_id),
  );
};

const secondsSince = (fromMs: number): number => Math.round((performance.now() - fromMs) / 1000);

/**
 * Stores reviews that wait, and starts the workflow of each as the sweep does. Throws when
 * workflows no longer reach their review.
 */
export const openReviews = async (
  installation: Installation,
  plan: Plan,
  context: BenchContext,
): Promise<OpenedReviews> => {
  const fromMs = performance.now();
  context.say(`storing ${plan.openReviews} open reviews`);
  await storeReviews(installation, plan);
  const storedInSeconds = secondsSince(fromMs);
  const orders = await ordersOf(installation);
  const startMs = performance.now();
  await startAll(installation, orders, plan, context);
  const startedInSeconds = secondsSince(startMs);
  return {
    ...{ storedInSeconds, startedInSeconds },
    startedPerSecond: Math.round((10 * orders.length) / Math.max(1, startedInSeconds)) / 10,
    inReview: await countInReview(installation),
  };
};
