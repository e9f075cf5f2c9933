import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** The pause before a reconnect. */
const reconnectMs = 1000;

/** The connection timeout. */
const connectMs = 5000;

export interface Listening {
  /** What to do with a notification of each channel, and its payload. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  /** Called after each connect: notifications before it may have been missed. */
  readonly connected?: () => void;
  /** Called when the connection is lost. */
  readonly lost?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Listens for notifications, over a connection of its own, until `signal` aborts. Reconnects when
 * the connection is lost. Never rejects: nothing may depend on a notification alone.
 */
export const listenForNotices = async (
  databaseUrl: string,
  { channels, connected, lost, signal }: Listening,
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
    const closed = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
    });
    client.on('notification', ({ channel, payload }) => channels[channel]?.(payload ?? ''));
    try {
      await client.connect();
      await client.query(
        Object.keys(channels)
          .map((name) => `listen ${name}`)
          .join('; '),
      );
      connected?.();
      await Promise.race([closed, ending]);
    } catch {
      // Treated as a lost connection.
    }
    lost?.();
    void client.end().catch(() => undefined);
    await pause(reconnectMs, undefined, { signal }).catch(() => undefined);
  }
};
