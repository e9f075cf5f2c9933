import { join } from 'node:path';
import { migrate } from '../db/migrate.js';
import { startPostgres } from '../local/postgres.js';
import { freePort } from '../test/support/ports.js';
import { makeTempDir } from '../test/support/temp-dir.js';

/** A Postgres of its own for one benchmark, crash-safe as in production. */
export interface BenchPostgres {
  readonly url: string;
  /** An empty folder that is removed with it. */
  readonly folder: string;
}

/**
 * Runs `work` on a new, migrated Postgres and adds the milliseconds until that was ready. Nothing
 * is left of it afterwards. Throws `StartFailure`, and what `work` throws.
 */
export const onPostgres = async <T extends object>(
  { sharedBuffers, signal }: { readonly sharedBuffers?: string; readonly signal: AbortSignal },
  work: (postgres: BenchPostgres) => Promise<T>,
): Promise<T & { readonly startedInMs: number }> => {
  const folder = makeTempDir();
  const startMs = performance.now();
  const server = await startPostgres({
    ...{ dataDir: join(folder.path, 'postgres'), port: await freePort(), durable: true, signal },
    ...(sharedBuffers !== undefined && { sharedBuffers }),
  });
  try {
    await migrate(server.url);
    const startedInMs = Math.round(performance.now() - startMs);
    return { startedInMs, ...(await work({ url: server.url, folder: folder.path })) };
  } finally {
    await server.stop();
    folder.remove();
  }
};
