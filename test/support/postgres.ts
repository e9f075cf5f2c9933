import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../local/postgres.js';
import { freePort } from './ports.js';
import { makeTempDir } from './temp-dir.js';

/** A Postgres cluster for one test run; it is gone afterwards. */
export const startTestPostgres = async (): Promise<{ url: string; stop(): Promise<void> }> => {
  const folder = makeTempDir();
  const server = await startPostgres({
    dataDir: join(folder.path, 'postgres'),
    port: await freePort(),
    durable: false,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
};

const run = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** An empty database of its own for one test file. */
export const createDatabase = async (
  adminUrl: string,
): Promise<{ url: string; drop(): Promise<void> }> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    drop: () => run(adminUrl, `drop database ${name} with (force)`),
  };
};
