import { randomUUID } from 'node:crypto';
import { copyDecisions } from '../../bench/backtest/decide-orders.js';
import { createPool, type Pool } from '../../db/pool.js';
import { countDriftDays } from '../../services/drift/count.js';
import { exampleBody } from '../support/transactions.js';
import { until } from '../support/until.js';
import { createAsk, type Place } from './shots-data.js';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const copies = 100;

/**
 * Gives each copy of an order its own time, and labels copies that were not rejected as fraud: more
 * of them with a higher score. In the last week a fact about IP addresses is missing, and Sardine's
 * levels move.
 */
const spreadAndLabel = async (db: Pool): Promise<void> => {
  await db.query(
    `update decisions d set decided_at = t.received_at from transactions t
     where t.transaction_id = d.transaction_id and d.transaction_id ~ '-[0-9]+$'`,
  );
  await db.query(
    `insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by,
        said_at)
      select gen_random_uuid(), transaction_id, banner, 'fraud', 'api', '', 'analyst:local',
        received_at + interval '3 days'
      from order_history join decisions d using (transaction_id)
      where d.outcome <> 'reject' and transaction_id ~ '-[0-9]+$'
        and received_at < now() - interval '4 days'
        and abs(hashtext(transaction_id)) % 1000 < greatest(4, 9 * d.total_score - 90)`,
  );
  await db.query(
    `update decisions set
        facts = facts - 'ip.country' - 'ip.isKnown',
        partner_answers = (select jsonb_agg(case
            when one ->> 'partner' = 'sardine' and abs(hashtext(transaction_id)) % 10 < 4
            then jsonb_set(one, '{label}', '"medium"') else one end)
          from jsonb_array_elements(partner_answers) one)
      where decided_at >= now() - interval '7 days' and partner_answers <> '[]'`,
  );
};

const line = (day: number, order: object = {}, past: object = {}): object => ({
  transaction: exampleBody({ orderId: randomUUID(), ...order }),
  receivedAt: new Date(Date.now() - (400 + day) * dayMs).toISOString(),
  ...past,
});

/** Lines of an import, some of which are refused. */
export const importLines = (): object[] => {
  const chargedBack = { kind: 'chargeback', at: new Date(Date.now() - 390 * dayMs).toISOString() };
  return [
    ...Array.from({ length: 60 }, (_, day) => line(day)),
    line(61, { orderTotal: 'a lot' }),
    line(62, { orderTotal: 'more' }),
    line(63, { currencyCode: 'dollars' }),
    line(64, {}, { receivedAt: new Date(Date.now() + dayMs).toISOString() }),
    line(65, {}, { outcome: 'maybe' }),
    line(66, {}, { labels: [chargedBack] }),
  ];
};

const addImport = async (ask: ReturnType<typeof createAsk>): Promise<void> => {
  const note = 'Orders of the former system';
  const importId = String(
    (await ask('POST', '/v1/imports', { format: 'orders', note }))['importId'],
  );
  await ask('PUT', `/v1/imports/${importId}/parts/1`, { firstLine: 1, lines: importLines() });
  await until('the import ends', async () => {
    const { daysLeft } = await ask('POST', `/v1/imports/${importId}/finish`);
    return daysLeft === 0;
  });
};

/** What the fit of the pictures is asked for. */
export const fitRequest = () => ({
  from: new Date(Date.now() - (copies - 1) * dayMs).toISOString(),
  ...{ maturityDays: 10, heldOutDays: 28, reviewsPerDay: 40, note: 'Before the peak season' },
  costs: { chargeback: 250, lostSale: 60, reviewMinute: 0.8, minutesPerReview: 4 },
  ...{ useVerdicts: false, rejectedFraudShare: 0.75 },
});

const learnPoints = async (ask: ReturnType<typeof createAsk>): Promise<void> => {
  const fitId = String((await ask('POST', '/v1/rule-sets/proposals', fitRequest()))['fitId']);
  await until('the fit ends', async () => {
    const { state } = await ask('GET', `/v1/rule-sets/proposals/${fitId}`);
    return state !== 'running';
  });
};

/** Months of orders like those that are there, with labels, and a last week that is unlike them. */
export const fillMonths = async (db: Pool): Promise<void> => {
  await copyDecisions(db, { copies, minutesApart: dayMs / minuteMs });
  await spreadAndLabel(db);
};

/**
 * Months of orders like the demo's, with an import, learned points and drift. Shoppers of the demo
 * get a hundred orders more by it, so their own pictures are taken before.
 */
export const addMonths = async (place: Place): Promise<void> => {
  const ask = createAsk(place);
  const db = createPool({ databaseUrl: place.databaseUrl, connections: 2, timeoutMs: minuteMs });
  await fillMonths(db);
  await countDriftDays({ db, now: new Date() }, { onPage: () => undefined });
  await addImport(ask);
  await learnPoints(ask);
  await db.end();
};
