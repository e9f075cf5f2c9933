import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createApp } from '../../api/app.js';
import { createConsole } from '../../console/app.js';
import { createLiveHub, type LiveHub } from '../../console/live/hub.js';
import { createQueueCounts } from '../../console/queue-counts.js';
import type { AccountRole } from '../../contracts/v1/accounts.js';
import { createMetrics, type Metrics } from '../../runtime/metrics.js';
import { createPasswords } from '../../services/accounts/passwords.js';
import { createEntry } from '../../services/accounts/sessions.js';
import { type Api, startApi } from '../api/server.js';
import { createDesk } from '../services/accounts-fixture.js';
import { type ConsoleClient, createConsoleClient } from '../support/console-client.js';

/** The API with the console in this process, with a database of its own. */
export interface Desk {
  readonly api: Api;
  readonly url: string;
  readonly live: LiveHub;
  readonly metrics: Metrics;
  /** A browser in which somebody of this role has signed in. */
  readonly signedIn: (role?: AccountRole, name?: string) => Promise<ConsoleClient>;
  readonly stop: () => Promise<void>;
}

export const startDesk = async (options: Parameters<typeof startApi>[0] = {}): Promise<Desk> => {
  const api = await startApi(options);
  const metrics = createMetrics();
  const deps = { ...api.deps, metrics };
  const live = createLiveHub(deps);
  const passwords = createPasswords({ cost: { logN: 4, r: 1, p: 1 } });
  const app = createApp(deps).route(
    '/',
    createConsole({ ...deps, passwords, live, counts: createQueueCounts() }),
  );
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = createDesk(api.pool);
  return {
    api,
    url,
    live,
    metrics,
    signedIn: async (role = 'reviewer', name) => {
      const account = await people.add(role, name);
      const token = await createEntry({ db: api.pool, now: new Date() }, account.name);
      const browser = createConsoleClient(url);
      await browser.get(`/console/enter/${token}`);
      return browser;
    },
    stop: async () => {
      live.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await api.stop();
    },
  };
};
