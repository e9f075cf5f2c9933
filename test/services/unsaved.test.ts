import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '../../db/audit.js';
import { createPool } from '../../db/pool.js';
import { createUnsaved } from '../../db/unsaved.js';
import { system } from '../../services/context.js';
import { createKey, listKeys } from '../../services/keys.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let proxy: Proxy;

beforeAll(async () => {
  database = await openDatabase(3);
  const url = new URL(database.url);
  proxy = await startProxy(url.hostname, Number(url.port));
});

afterAll(async () => {
  await proxy?.close();
  await database?.close();
});

const oneKey = { role: 'oms', name: 'unsaved' } as const;

describe('a rehearsal in Postgres', () => {
  it('leaves no row, not even of a transaction that commits within it', async () => {
    const { pool } = database;
    const { db, round, close } = createUnsaved(pool, 2);
    const now = new Date();
    for (let turn = 0; turn < 3; turn += 1) {
      await round(async () => {
        await createKey({ db, actor: system, now }, oneKey);
        expect(await listKeys({ db })).toHaveLength(1);
      });
    }
    close();
    expect(await listKeys({ db: pool })).toEqual([]);
    expect(await listAudit(pool, 'unsaved')).toEqual([]);
    await expect(db.query('select 1')).rejects.toThrow('no round is running');
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it('returns the connection of a round that outlasts it', async () => {
    const { pool } = database;
    const { round, close } = createUnsaved(pool, 1);
    let end = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    const running = round(() => held);
    close();
    end();
    await running;
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it('ends soon and leaves the pool usable when Postgres hangs', async () => {
    const url = new URL(database.url);
    url.port = String(proxy.port);
    const pool = createPool({ databaseUrl: url.toString(), connections: 1, timeoutMs: 500 });
    const { db, round, close } = createUnsaved(pool, 1);
    const hang = async () => {
      proxy.hang();
      await db.query('select 1');
    };
    await expect(round(hang)).rejects.toThrow('timeout');
    await proxy.heal();
    close();
    expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
    await pool.end();
  });
});
