import pg from 'pg';
import type { EnsureDatabase } from './postgres.js';

export const ensureDatabase: EnsureDatabase = async (url, dataDir, name) => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  // A server that stops is also reported here; the query fails with the same reason.
  client.on('error', () => {});
  await client.connect();
  try {
    // Another server may hold the port while this one is still trying.
    const setting = "select current_setting('data_directory') as folder";
    const { rows } = await client.query<{ folder: string }>(setting);
    if (rows[0]?.folder !== dataDir) return false;
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${name}`);
    return true;
  } finally {
    await client.end();
  }
};
