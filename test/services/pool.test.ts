import { afterAll, beforeAll, expect, it } from 'vitest';

import { readHistory } from '../../db/order-history.js';
import { createPool, inTransaction } from '../../db/pool.js';
import { warmReads } from '../../services/transactions/warm-up.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let proxy: Proxy;

beforeAll(async () => {
  database = await openDatabase(1);
  const url = new URL(database.url);
  proxy = await startProxy(url.hostname, Number(url.port));
});

afterAll(async () => {
  await proxy?.close();
  await database?.close();
});

it('a connection that breaks between two statements fails its transaction, not the process', async () => {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const pool = createPool({ databaseUrl: url.toString(), connections: 1, timeoutMs: 2000 });
  try {
    const work = inTransaction(pool, async (db) => {
      await db.query('select 1');
      // Not `once` of node:events, which would listen to errors too.
      const gone = new Promise((resolve) => {
        (db as unknown as NodeJS.EventEmitter).once('end', resolve);
      });
      await proxy.cut();
      await gone;
      await db.query('select 2');
    });
    // An error without a listener ends the process: here it fails the run.
    await expect(work).rejects.toThrow('not queryable');
    await proxy.heal();
    const { rows } = await pool.query('select 3 as three');
    expect(rows).toEqual([{ three: 3 }]);
  } finally {
    await pool.end();
  }
});

it('a pool that plans once plans the history query once per connection, and is warm before an order arrives', async () => {
  const pool = createPool({
    ...{ databaseUrl: database.url, connections: 2, timeoutMs: 10_000 },
    plansOnce: true,
  });
  try {
    await warmReads(pool);
    for (let look = 0; look < 5; look += 1) await readHistory(pool, 'none');
    const { rows } = await pool.query<{ custom: string; generic: string }>(
      `select custom_plans as custom, generic_plans as generic from pg_prepared_statements
        where name = 'read-history'`,
    );
    expect(pool.totalCount).toBe(2);
    expect(rows).toEqual([{ custom: '0', generic: '6' }]);
  } finally {
    await pool.end();
  }
});
