import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type pg from 'pg';
import { startChild } from '../support/child.js';
import { createMigratedDatabase, openTestPool } from '../support/postgres.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { exampleBody } from '../support/transactions.js';
import { until } from '../support/until.js';

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let db: pg.Pool;
let folder: TempDir;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('postgresUrl'));
  db = openTestPool(database.url, 3);
  folder = makeTempDir();
});

afterAll(async () => {
  await db?.end();
  await database?.drop();
  folder?.remove();
});

/** Lines of a part, and the part in whose middle the command is killed. */
const partSize = 500;
const [parts, killedIn] = [3, 2];

const startImport = (path: string) =>
  startChild(
    'local/import-main.ts',
    { DATABASE_URL: database.url, VAR_DIR: folder.path },
    undefined,
    [path],
  );

const numberOf = async (table: string): Promise<number> => {
  const { rows } = await db.query<{ n: string }>(`select count(*) as n from ${table}`);
  return Number(rows[0]?.n);
};

it('an import that is killed in the middle of a part goes on where it was, without doubles', async () => {
  const path = join(folder.path, 'orders.jsonl');
  const body = exampleBody();
  const lines = Array.from({ length: parts * partSize }, (_, index) => ({
    transaction: { ...body, orderId: randomUUID() },
    receivedAt: new Date(Date.now() - 3_600_000 + index).toISOString(),
    // Storing this label waits for the lock below, after the orders of its part.
    ...(index === killedIn * partSize - 1 && {
      labels: [{ kind: 'fraud', at: new Date().toISOString() }],
    }),
  }));
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  const holder = await db.connect();
  await holder.query(`select pg_advisory_lock(hashtextextended('labels', 0))`);
  const killed = startImport(path);
  try {
    const stored = until('all other parts are stored', async () => {
      return (await numberOf('import_parts')) === parts - 1;
    });
    const failed = killed.ended.then(() => Promise.reject(new Error(killed.lines.join('\n'))));
    failed.catch(() => undefined);
    await Promise.race([stored, failed]);
    await killed.end('SIGKILL');
  } finally {
    await holder.query(`select pg_advisory_unlock_all()`);
    holder.release();
  }
  expect(await numberOf('transactions')).toBe((parts - 1) * partSize);
  const again = startImport(path);
  await again.ended;
  expect(again.lines.join('\n')).toContain('Goes on with what is missing.');
  expect(again.lines.join('\n')).toMatch(
    `${parts * partSize} orders stored with 1 labels, 0 there already, 0 refused`,
  );
  expect(again.process.exitCode).toBe(0);
  for (const table of ['transactions', 'order_history', 'order_card_digits', 'decisions']) {
    expect(await numberOf(table), table).toBe(parts * partSize);
  }
  expect(await numberOf('imports')).toBe(1);
});
