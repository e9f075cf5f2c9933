import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureWorkflowBundle } from '../../worker/bundle.js';
import { prepareMigratedDatabase, startTestPostgres } from './postgres.js';
import { makeTempDir } from './temp-dir.js';
import { startTestTemporal } from './temporal-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    temporalAddress: string;
    temporalDbFile: string;
    varDir: string;
  }
}

/** One Postgres cluster, one Temporal server and one workflow bundle for the whole run. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = makeTempDir();
  const [postgres, temporal] = await Promise.all([startTestPostgres(), startTestTemporal()]);
  await prepareMigratedDatabase(postgres.url);
  await ensureWorkflowBundle(join(folder.path, 'bundles'));
  project.provide('postgresUrl', postgres.url);
  project.provide('temporalAddress', temporal.address);
  project.provide('temporalDbFile', temporal.dbFile);
  project.provide('varDir', folder.path);
  return async () => {
    await Promise.all([postgres.stop(), temporal.stop()]);
    folder.remove();
  };
};
