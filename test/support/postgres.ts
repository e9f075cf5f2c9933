import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../db/migrate.js';
import { startPostgres } from '../../local/postgres.js';
import { freePort } from './ports.js';
import { makeTempDir } from './temp-dir.js';

/** A Postgres cluster for one test run, removed afterwards. */
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

/** The template database; nobody connects to it once it is complete. */
const migratedName = 'migrated';

const urlOf = (adminUrl: string, name: string): string => {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.toString();
};

/** Creates the template that `createMigratedDatabase` copies: once per cluster. */
export const prepareMigratedDatabase = async (adminUrl: string): Promise<void> => {
  await run(adminUrl, `create database ${migratedName}`);
  await migrate(urlOf(adminUrl, migratedName));
};

/**
 * A pool of connections to a database that may be dropped at any time: one that is still closing
 * then reports its end as an error of its own.
 */
export const openTestPool = (connectionString: string, max: number): pg.Pool => {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
};

interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

const create = async (adminUrl: string, template: string): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(adminUrl, `create database ${name} template ${template} strategy file_copy`);
  return {
    url: urlOf(adminUrl, name),
    drop: () => run(adminUrl, `drop database ${name} with (force)`),
  };
};

/** An empty database for one test file. */
export const createDatabase = (adminUrl: string): Promise<TestDatabase> =>
  create(adminUrl, 'template1');

/** A database with the current schema: a copy of the template, which is faster than migrating. */
export const createMigratedDatabase = (adminUrl: string): Promise<TestDatabase> =>
  create(adminUrl, migratedName);
