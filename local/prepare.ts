import type { Connection, ConnectionOptions } from '@temporalio/client';
import { migrate } from '../db/migrate.js';
import { connectNow } from '../runtime/temporal.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import { StartFailure } from './start-failure.js';

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'failed';
  const { code, message, name } = error as NodeJS.ErrnoException;
  return [code, message].filter(Boolean).join(', ') || name;
};

const prepareDatabase = async (databaseUrl: string): Promise<void> => {
  try {
    await migrate(databaseUrl);
  } catch (error) {
    throw new StartFailure(`DATABASE_URL: the schema cannot be prepared (${reasonOf(error)})`);
  }
};

const prepareNamespace = async (options: ConnectionOptions, namespace: string): Promise<void> => {
  let connection: Connection | undefined;
  try {
    connection = await connectNow(options);
    await ensureSearchAttributes(connection, namespace);
  } catch (error) {
    const what = `namespace ${namespace} cannot be prepared`;
    throw new StartFailure(`TEMPORAL_ADDRESS: ${what} (${reasonOf(error)})`);
  } finally {
    await connection?.close();
  }
};

/**
 * Migrates the database and registers the namespace's search attributes. Safe to repeat. Throws
 * `StartFailure` with the variable of the side that failed.
 */
export const prepareStores = async (
  databaseUrl: string,
  temporal: ConnectionOptions,
  namespace: string,
): Promise<void> => {
  await Promise.all([prepareDatabase(databaseUrl), prepareNamespace(temporal, namespace)]);
};
