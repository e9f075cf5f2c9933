import type { Servers } from '../api/server.js';
import { prepareMigratedDatabase, startTestPostgres } from '../support/postgres.js';
import { makeTempDir } from '../support/temp-dir.js';
import { startTestTemporal } from '../support/temporal-server.js';

/** A Postgres and a Temporal server for one run of the fuzz. */
export const startServers = async (): Promise<Servers & { readonly stop: () => Promise<void> }> => {
  const folder = makeTempDir();
  const [postgres, temporal] = await Promise.all([startTestPostgres(), startTestTemporal()]);
  await prepareMigratedDatabase(postgres.url);
  return {
    postgresUrl: postgres.url,
    temporalAddress: temporal.address,
    varDir: folder.path,
    stop: async () => {
      await Promise.all([postgres.stop(), temporal.stop()]);
      folder.remove();
    },
  };
};
