import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { workChannel } from './due.js';

/** Until a lost connection is made anew. */
const againMs = 1000;

/** Until a connection that cannot be made is given up. */
const connectMs = 5000;

/**
 * Calls `wake` whenever a statement says that workers may have something to do, on a connection of
 * its own that is made anew when it is lost, until `signal` aborts; each connection begins with a
 * wake-up, for what was missed. Never rejects: whoever is not woken looks by himself.
 */
export const listenForWork = async (
  databaseUrl: string,
  { wake, signal }: { readonly wake: () => void; readonly signal: AbortSignal },
): Promise<void> => {
  const ending = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
      application_name: 'verdict-listen',
    });
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
    });
    client.on('notification', wake);
    try {
      await client.connect();
      await client.query(`listen ${workChannel}`);
      wake();
      await Promise.race([lost, ending]);
    } catch {
      // As when it is lost.
    }
    void client.end().catch(() => undefined);
    await pause(againMs, undefined, { signal }).catch(() => undefined);
  }
};
