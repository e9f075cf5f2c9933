import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { controlRoutes } from './control.js';
import { createOms } from './oms.js';
import { openJournal } from './journal.js';
import { type Partner, type PartnerName, partnerNames } from './partner.js';
import { createSparkfly } from './sparkfly.js';
import { MountedPartner } from './mounted-partner.js';
import { type Credentials, votingSimulators } from './voting-partners.js';

/** An order has at most 1 MB, and no request to a partner should be several times larger. */
const bodyMaxBytes = 4 * 1024 * 1024;

interface SimulatorOptions {
  /** 0 picks any free port. */
  readonly port: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** Credentials of the voting partners. A partner that needs one rejects every call without it. */
  readonly credentials?: Credentials;
  readonly oms: { readonly token: string };
  /** Without it the Sparkfly simulator rejects every call. */
  readonly sparkfly?: { readonly identity: string; readonly key: string };
  /** How many of its latest calls each partner keeps for `/_calls`; 10,000 by default. */
  readonly callsKept?: number;
  /** A folder in which the partners keep what they did and were asked, beyond their process. */
  readonly journalFolder?: string;
}

export interface Simulators {
  /** Base URL; each voting partner, `/oms` and `/sparkfly` are below it. */
  readonly url: string;
  readonly port: number;
  /** Closes all connections, also hanging and dripping ones. */
  close(): Promise<void>;
}

const createApp = (options: SimulatorOptions) => {
  const { credentials = {}, callsKept: calls, journalFolder } = options;
  const sparkfly = createSparkfly(options.sparkfly ?? { identity: '', key: '' });
  const mount = (name: PartnerName, partner: Partner) => {
    const journal = journalFolder === undefined ? undefined : openJournal(journalFolder, name);
    return new MountedPartner(partner, `/${name}`, { calls, journal });
  };
  const voting = votingPartners.map(
    (name) => [name, mount(name, votingSimulators[name](credentials))] as const,
  );
  const mounted: Readonly<Record<PartnerName, MountedPartner>> = {
    ...(Object.fromEntries(voting) as Record<VotingPartner, MountedPartner>),
    oms: mount('oms', createOms(options.oms)),
    sparkfly: mount('sparkfly', sparkfly.partner),
  };
  const app = new Hono<{ Bindings: HttpBindings }>();
  const tooLarge = [{ error: 'payload_too_large', message: 'the body has more than 4 MB' }];
  app.use(bodyLimit({ maxSize: bodyMaxBytes, onError: (c) => c.json(tooLarge, 413) }));
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.route('/', controlRoutes(mounted));
  app.route('/', sparkfly.controls);
  for (const name of partnerNames) {
    app.all(`/${name}/*`, (c) => mounted[name].receive(c, `/${name}`));
  }
  app.notFound((c) => c.json([{ error: 'not_found', message: 'no such route' }], 404));
  app.onError((error, c) => {
    // A client that disconnected during its request gets no answer.
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
 * Starts the simulators of all voting partners, OMS and Sparkfly on one port, with faults on
 * demand. Rejects when the port is not available.
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
