import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { feedOrders } from '../../services/alerts/order-feed.js';
import { recordAlerts } from '../../services/evidence/from-alerts.js';
import { recordLabels } from '../../services/evidence/from-labels.js';
import { runDueShadows } from '../../services/shadow/run.js';
import { openDatabase } from '../services/database.js';

const keys = new Keyring([{ id: 'k', bytes: randomBytes(32) }]);
const tokeniser = createTokeniser(keys, randomBytes(32));

let database: Awaited<ReturnType<typeof openDatabase>>;
let statements = 0;

beforeAll(async () => {
  database = await openDatabase(1);
  database.pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => {
      statements += 1;
      return query(...given);
    }) as typeof client.query;
  });
});

afterAll(() => database?.close());

/** What a worker looks for each second, with nothing there. */
const looks: Record<string, () => Promise<unknown>> = {
  feedOrders: () => feedOrders(deps(), batch()),
  recordAlerts: () => recordAlerts(deps(), batch()),
  recordLabels: () => recordLabels(deps(), batch()),
  runDueShadows: () =>
    runDueShadows(
      { ...deps(), now: () => new Date() } as unknown as Parameters<typeof runDueShadows>[0],
      10,
    ),
};
const batch = () => ({ limit: 10 });
const deps = () => ({ db: database.pool, vault: createVault(keys), tokeniser, now: new Date() });

it.each(Object.keys(looks))(
  'a second in which %s finds nothing costs one statement',
  async (name) => {
    await looks[name]?.();
    statements = 0;
    await looks[name]?.();
    expect(statements).toBe(1);
  },
);
