import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { controlRoutes } from './control.js';
import { createOms } from './oms.js';
import { type PartnerName, partnerNames } from './partner.js';
import { createSparkfly } from './sparkfly.js';
import { Stand } from './stand.js';
import { type Credentials, votingStandIns } from './voting-partners.js';

/** An order has at most 1 MB; nothing that a partner is sent should be several times larger. */
const bodyMaxBytes = 4 * 1024 * 1024;

interface SimulatorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** 127.0.0.1 when not given. */
  readonly host?: string;
  /** Of the voting partners; without them those that want any admit nobody. */
  readonly credentials?: Credentials;
  readonly oms: { readonly token: string };
  /** Without it Sparkfly's stand-in admits nobody. */
  readonly sparkfly?: { readonly identity: string; readonly key: string };
}

export interface Simulators {
  /** Base URL; each voting partner, `/oms` and `/sparkfly` are below it. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections, those that hang or drip included. */
  close(): Promise<void>;
}

const votingStandsOf = (credentials: Credentials) =>
  Object.fromEntries(
    votingPartners.map((name) => [name, new Stand(votingStandIns[name](credentials))]),
  ) as Record<VotingPartner, Stand>;

const createApp = (options: SimulatorOptions) => {
  const sparkfly = createSparkfly(options.sparkfly ?? { identity: '', key: '' });
  const stands: Readonly<Record<PartnerName, Stand>> = {
    ...votingStandsOf(options.credentials ?? {}),
    oms: new Stand(createOms(options.oms)),
    sparkfly: new Stand(sparkfly.partner),
  };
  const app = new Hono<{ Bindings: HttpBindings }>();
  const tooLarge = [{ error: 'payload_too_large', message: 'the body has more than 4 MB' }];
  app.use(bodyLimit({ maxSize: bodyMaxBytes, onError: (c) => c.json(tooLarge, 413) }));
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.route('/', controlRoutes(stands));
  app.route('/', sparkfly.controls);
  for (const name of partnerNames) {
    app.all(`/${name}/*`, (c) => stands[name].receive(c, `/${name}`));
  }
  app.notFound((c) => c.json([{ error: 'not_found', message: 'no such route' }], 404));
  app.onError((error, c) => {
    // A client that went away in the middle of its request gets no answer.
    if (c.env.incoming.errored !== null) return RESPONSE_ALREADY_SENT;
    process.stderr.write(`${error.stack ?? error.name}\n`);
    return c.json([{ error: 'internal_error', message: 'the simulator failed' }], 500);
  });
  return app;
};

const listen = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });

/**
 * Starts the stand-ins of all voting partners, OMS and Sparkfly below one port, with faults on
 * demand. Rejects when the port cannot be had.
 */
export const startSimulators = async (options: SimulatorOptions): Promise<Simulators> => {
  const host = options.host ?? '127.0.0.1';
  const answer = getRequestListener(createApp(options).fetch);
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  const { port } = await listen(server, options.port, host);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
