import { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { ApiEnv } from './deps.js';

/**
 * How long an idle connection stays open: longer than clients keep theirs. Otherwise a request
 * could meet a connection that the API is closing.
 */
const keepAliveTimeoutMs = 65_000;

/**
 * How long connections stay open that carry no request when the API closes. A request may be on its
 * way on each: it would be lost with the connection.
 */
const drainMs = 1_000;

/** A server that answers requests. */
export interface Listening {
  readonly server: ReturnType<typeof serve>;
  /**
   * Accepts no further connection, and resolves once every request under way has its answer and
   * every connection is closed.
   */
  readonly close: () => Promise<void>;
}

/** Serves an app over HTTP. `onListening` is called once it accepts connections. */
export const listen = (
  app: Pick<Hono<ApiEnv>, 'fetch'>,
  address: { readonly hostname: string; readonly port: number },
  onListening: () => void,
): Listening => {
  let isClosing = false;
  const fetch = async (request: Request, env: unknown): Promise<Response> => {
    const response = await app.fetch(request, env);
    // A client that keeps its connection busy would otherwise keep the server open.
    if (isClosing) response.headers.set('connection', 'close');
    return response;
  };
  const serverOptions = { keepAliveTimeout: keepAliveTimeoutMs };
  const server = serve({ ...address, fetch, serverOptions }, onListening);
  return {
    server,
    close: async () => {
      isClosing = true;
      // The server of HTTP would close idle connections at once.
      const closed = new Promise<void>((resolve) => {
        Server.prototype.close.call(server, () => resolve());
      });
      await pause(drainMs);
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      await closed;
    },
  };
};
