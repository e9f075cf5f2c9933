import { randomBytes } from 'node:crypto';
import { createPool, type Pool } from '../../db/pool.js';
import { createEverydayGenerator } from '../../local/demo/generate.js';
import type { OrderBody } from '../../local/demo/order.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { warmReads } from '../../services/transactions/warm-up.js';
import { defaultRuleSet, exampleSettings } from '../../test/support/rules.js';
import type { BenchContext } from '../context.js';
import { onPostgres } from '../on-postgres.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import type { HistoryPlan } from './plan.js';
import { received, type ScoreDeps, scoreOrders } from './score-orders.js';
import { storeOrders } from './store-orders.js';

/** The minimum for a server with ten million orders; the 64 MB of `npm start` are for a few. */
const sharedBuffers = '1GB';

/** Storing and scoring an order over this many stored ones. */
export interface HistoryTimes {
  readonly stored: number;
  readonly databaseGb: number;
  readonly store: Percentiles;
  readonly score: Percentiles;
  /** p99 of `score` divided by that over none; the goal is 1.5. */
  readonly p99Ratio: number;
}

export interface HistoryResult {
  readonly startedInMs: number;
  /** The first is over no stored order. */
  readonly sizes: readonly HistoryTimes[];
}

/** Orders of a few regular shoppers, with new order numbers. */
const makeBodies = (plan: HistoryPlan, run: string, count: number): OrderBody[] => {
  const makers = Array.from({ length: plan.shoppers }, (_, index) => index + 1);
  return Array.from({ length: count }, (_, index) => {
    const seed = makers[index % makers.length] ?? 1;
    return createEverydayGenerator(seed)({ orderId: `${run}-${index}`, now: new Date() });
  });
};

const sizeOf = async (pool: Pool): Promise<number> => {
  const text = 'select pg_database_size(current_database())::float8 as bytes';
  const { rows } = await pool.query<{ bytes: number }>(text);
  return Math.round(((rows[0]?.bytes ?? 0) / 2 ** 30) * 10) / 10;
};

const measure = async (
  deps: ScoreDeps,
  plan: HistoryPlan,
  stored: number,
): Promise<Omit<HistoryTimes, 'p99Ratio'>> => {
  const run = `over-${stored}`;
  // Warms prepared statements, caches and compiled code to the state of a running process.
  await warmReads(deps.reads);
  await scoreOrders(deps, makeBodies(plan, `${run}-warm`, Math.ceil(plan.scored / 10)));
  const times = await scoreOrders(deps, makeBodies(plan, run, plan.scored));
  return {
    ...{ stored, databaseGb: await sizeOf(deps.pool) },
    ...{ store: percentilesOf(times.store), score: percentilesOf(times.score) },
  };
};

const forgetOrders = (pool: Pool) =>
  pool.query('truncate transactions, order_history, order_card_digits, order_addresses cascade');

const compare = async (
  deps: ScoreDeps,
  plan: HistoryPlan,
  { say }: BenchContext,
): Promise<HistoryTimes[]> => {
  say('scoring orders over an empty database');
  const empty = await measure(deps, plan, 0);
  const full: Omit<HistoryTimes, 'p99Ratio'>[] = [];
  const keyId = deps.tokeniser.currentKeyId;
  const shoppers = makeBodies(plan, 'shopper', plan.shoppers).map((body) =>
    received(deps.tokeniser, body).history(),
  );
  for (const stored of plan.sizes) {
    await forgetOrders(deps.pool);
    say(`storing ${stored} orders`);
    await storeOrders(deps.pool, stored, keyId, shoppers, say);
    say(`scoring orders over ${stored} stored ones`);
    full.push(await measure(deps, plan, stored));
  }
  return [empty, ...full].map((times) => ({
    ...times,
    p99Ratio: Math.round((times.score.p99Ms / empty.score.p99Ms) * 100) / 100,
  }));
};

/** Measures the cost of scoring an order over none, some and many stored orders. */
export const history = (plan: HistoryPlan, context: BenchContext): Promise<HistoryResult> =>
  onPostgres({ sharedBuffers, signal: context.signal }, async ({ url }) => {
    const database = { databaseUrl: url, timeoutMs: 3_600_000 };
    const pool = createPool({ ...database, connections: 8 });
    const reads = createPool({ ...database, connections: 6, plansOnce: true });
    const keyring = new Keyring([{ id: 'bench', bytes: randomBytes(32) }]);
    try {
      const deps = {
        ...{ pool, reads, vault: createVault(keyring), ruleSet: defaultRuleSet() },
        tokeniser: createTokeniser(keyring, randomBytes(32)),
        settings: exampleSettings(),
      };
      return { sizes: await compare(deps, plan, context) };
    } finally {
      await Promise.all([pool.end(), reads.end()]);
    }
  });
