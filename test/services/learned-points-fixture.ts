import type { NewPointsFit } from '../../contracts/v1/points-fits.js';
import type { Pool } from '../../db/pool.js';
import { noLookups } from '../../domain/lookups.js';
import { countFitPart } from '../../services/learned-points/count.js';
import { fitCountedOrders } from '../../services/learned-points/fit.js';
import { planPointsFit, proposePoints } from '../../services/learned-points/run.js';
import { readRuleText } from '../../services/rule-sets/read-text.js';
import type { ShippedRules } from '../../services/rule-sets/versions.js';
import { copyAndLabel } from '../support/fit-orders.js';
import { exampleSettings } from '../support/rules.js';
import { decide, textOf, totalRule } from './backtests-fixture.js';
import { contextOf as importContextOf } from './imports-fixture.js';

const dayMs = 86_400_000;
const text = textOf([totalRule('A', 100, 45), totalRule('B', 300, 20), totalRule('C', 1000, 30)]);

/** A rule set of three rules, as an installation ships it. */
export const totalRules = (): ShippedRules => {
  const read = readRuleText(text);
  if ('problems' in read) throw new Error('wrong rules');
  return { text, ruleSet: read.ruleSet };
};

/** Stores months of orders that these rules decided. Three in five of the dear ones were fraud. */
export const storeLabelled = async (pool: Pool): Promise<void> => {
  for (const orderTotal of [50, 60, 70, 150, 400, 1200]) {
    await decide(pool, { orderTotal }, { rules: text });
  }
  const shares = { dearFrom: 300, cheapFraud: 0, dearFraud: 60 };
  await copyAndLabel(pool, { copies: 420, minutesApart: 8 * 60, ...shares });
};

/** A request for a fit of these orders, of which enough are old enough. */
export const fitRequest = (cut: Date): NewPointsFit => ({
  from: new Date(cut.getTime() - 150 * dayMs).toISOString(),
  cut: cut.toISOString(),
  ...{ maturityDays: 10, heldOutDays: 28, reviewsPerDay: 8 },
  costs: { chargeback: 200, lostSale: 60, reviewMinute: 1, minutesPerReview: 4 },
  ...{ useVerdicts: false, rejectedFraudShare: 0.75, note: '' },
});

/** Counts and fits in this process, as the workflow of a fit has it done. */
export const computeFit = async (pool: Pool, fitId: string): Promise<void> => {
  const { signal } = new AbortController();
  const context = { ...importContextOf(pool), lookups: noLookups };
  const parts = await planPointsFit({ db: pool }, fitId);
  for (let part = 0; part < parts; part += 1) await countFitPart(context, { fitId, part, signal });
  await fitCountedOrders({ db: pool, settings: exampleSettings() }, { fitId, signal });
};

/** Ends a computed fit with what it proposes; gives the id of the backtest. */
export const proposeFit = (pool: Pool, fitId: string): Promise<string | null> =>
  proposePoints({ db: pool, now: new Date() }, fitId);
