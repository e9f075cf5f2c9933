import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { workChannel } from './due.js';
import { overloadChannel } from './overload.js';

/** The pause before a reconnect. */
const reconnectMs = 1000;

/** The connection timeout. */
const connectMs = 5000;

/** What a worker does when it is notified. */
export interface Listeners {
  /** There may be due work. */
  readonly wake: () => void;
  /** An API refuses new orders because more come than can be decided. */
  readonly overloaded: () => void;
}

/**
 * Listens for notifications, over a connection of its own, until `signal` aborts. Reconnects when
 * the connection is lost, and calls `wake` after each connect in case it missed one. Never rejects:
 * workers also poll.
 */
export const listenForNotices = async (
  databaseUrl: string,
  { wake, overloaded, signal }: Listeners & { readonly signal: AbortSignal },
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
    client.on('notification', ({ channel }) => {
      if (channel === overloadChannel) overloaded();
      else wake();
    });
    try {
      await client.connect();
      await client.query(`listen ${workChannel}; listen ${overloadChannel}`);
      wake();
      await Promise.race([lost, ending]);
    } catch {
      // Treated as a lost connection.
    }
    void client.end().catch(() => undefined);
    await pause(reconnectMs, undefined, { signal }).catch(() => undefined);
  }
};
