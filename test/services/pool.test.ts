import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool, inTransaction } from '../../db/pool.js';
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
    // An error that nobody listens to ends the process: here it fails the run.
    await expect(work).rejects.toThrow('not queryable');
    await proxy.heal();
    const { rows } = await pool.query('select 3 as three');
    expect(rows).toEqual([{ three: 3 }]);
  } finally {
    await pool.end();
  }
});
