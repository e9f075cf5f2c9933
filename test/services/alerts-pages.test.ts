import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../../db/pool.js';
import { listEvents } from '../../services/alerts/events.js';
import { recordActivities } from '../../services/alerts/counting.js';
import { until } from '../support/until.js';
import { rulesIn, settingsOf } from './alerts-fixture.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(5);
});

afterAll(() => database?.close());

const metric = 'loyalty_enrollment_transactions';

const trigger = (owner: string) => [
  ...[{ id: owner, metric, owner, store: null, quantity: 1, occurredAtMs: Date.UTC(2026, 0, 1) }],
];

const pageAt = async (asOf?: number) => {
  const query = { asOf, limit: 10, offset: 0 };
  const page = await listEvents({ db: database.pool }, { family: 'loyalty' }, query);
  if (page === undefined) throw new Error('it lies ahead');
  return { asOf: page.asOf, owners: page.items.map(({ owner }) => owner), total: page.total };
};

/** The number of statements that wait for a row which another transaction has changed. */
const waiting = async () => {
  const { rows } = await database.pool.query(
    `select from pg_stat_activity where datname = current_database()
      and wait_event_type = 'Lock' and query like '%alert_clock%'`,
  );
  return rows.length;
};

it('no alert appears below a number that could be read, whoever commits first', async () => {
  await rulesIn(database.pool).create(
    settingsOf({
      ...{ metric, quantity: 1, timePeriodMs: 3_600_000, suppressionMs: 3_600_000 },
      ...{ scope: 'all_stores', storeIds: [] },
    }),
  );
  let second: Promise<unknown> | undefined;
  let between: Awaited<ReturnType<typeof pageAt>> | undefined;
  await inTransaction(database.pool, async (db) => {
    await recordActivities({ db }, 'loyalty', trigger('1'));
    second = inTransaction(database.pool, (other) =>
      recordActivities({ db: other }, 'loyalty', trigger('2')),
    );
    await until('the second waits for its number', async () => (await waiting()) === 1);
    between = await pageAt();
  });
  await second;
  expect(between).toMatchObject({ owners: [], total: 0 });
  expect(await pageAt(between?.asOf)).toEqual(between);
  const after = await pageAt();
  expect(new Set(after.owners)).toEqual(new Set(['1', '2']));
  await inTransaction(database.pool, (db) => recordActivities({ db }, 'loyalty', trigger('3')));
  expect(await pageAt(after.asOf)).toEqual(after);
});
