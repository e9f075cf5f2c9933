import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { launcherPath } from '../../runtime/launcher.js';
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

/** One compilation, Postgres cluster, Temporal server and workflow bundle for the whole run. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = makeTempDir();
  await promisify(execFile)(process.execPath, [launcherPath]);
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
