import { join } from 'node:path';
import { findTemporalCli } from '../../local/temporal-cli.js';
import { startTemporalServer } from '../../local/temporal-server.js';
import { ensureSearchAttributes } from '../../temporal/search-attributes.js';
import { freePort } from './ports.js';
import { makeTempDir } from './temp-dir.js';
import { connectNow } from '../../runtime/temporal.js';

export interface TestTemporal {
  readonly address: string;
  /** The server's SQLite file, for tests that inspect what is stored. */
  readonly dbFile: string;
  stop(): Promise<void>;
}

/** A real Temporal server for one test run, stopped afterwards. */
export const startTestTemporal = async (): Promise<TestTemporal> => {
  const folder = makeTempDir();
  const dbFile = join(folder.path, 'temporal.db');
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const server = await startTemporalServer({
    cliPath: await findTemporalCli(process.env, say),
    port: await freePort(),
    namespace: 'default',
    store: { file: dbFile },
  });
  const connection = await connectNow({ address: server.address });
  await ensureSearchAttributes(connection, 'default');
  await connection.close();
  return {
    address: server.address,
    dbFile,
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
};
