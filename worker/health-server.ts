import { createServer, type Server } from 'node:http';
import { listenFault } from '../runtime/listen-fault.js';
import type { Logger } from '../runtime/logger.js';

export interface WorkerHealth {
  readonly isReady: () => boolean;
  /** Metrics in the Prometheus text format. */
  readonly metrics: () => Promise<string>;
}

/**
 * Serves the worker's `GET /healthz`, `/readyz` and `/metrics`. Throws `ConfigError` when the port
 * is not available.
 */
export const startHealthServer = (
  address: { readonly host: string; readonly port: number },
  health: WorkerHealth,
  logger: Logger,
): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const answer = (status: number, body: string) => {
        response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4' }).end(body);
      };
      switch (request.url ?? '') {
        case '/healthz':
          return answer(200, 'ok');
        case '/readyz':
          return health.isReady() ? answer(200, 'ok') : answer(503, 'not ready');
        case '/metrics':
          health.metrics().then(
            (text) => answer(200, text),
            () => answer(500, ''),
          );
          return undefined;
        default:
          return answer(404, '');
      }
    });
    server.once('error', (error) => {
      const what = 'worker metrics';
      reject(listenFault({ variable: 'METRICS_PORT', what, port: address.port }, error));
    });
    server.listen(address.port, address.host, () => {
      logger.info({ port: address.port }, 'health and metrics');
      resolve(server);
    });
  });
