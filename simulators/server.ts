import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ApiErrors } from '../contracts/errors.js';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { controlRoutes } from './control.js';
import { createOms } from './oms.js';
import { openJournal } from './journal.js';
import { type Partner, type PartnerName, partnerNames } from './partner.js';
import { createSparkfly } from './sparkfly.js';
import { MountedPartner } from './mounted-partner.js';
import { type Credentials, votingSimulators } from './voting-partners.js';
import { readText, send } from './wire.js';

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

type Mounted = Readonly<Record<PartnerName, MountedPartner>>;
type Sparkfly = ReturnType<typeof createSparkfly>;

const mountAll = (options: SimulatorOptions, sparkfly: Sparkfly): Mounted => {
  const { credentials = {}, callsKept: calls, journalFolder } = options;
  const mount = (name: PartnerName, partner: Partner) => {
    const journal = journalFolder === undefined ? undefined : openJournal(journalFolder, name);
    return new MountedPartner(partner, `/${name}`, { calls, journal });
  };
  const voting = votingPartners.map(
    (name) => [name, mount(name, votingSimulators[name](credentials))] as const,
  );
  return {
    ...(Object.fromEntries(voting) as Record<VotingPartner, MountedPartner>),
    oms: mount('oms', createOms(options.oms)),
    sparkfly: mount('sparkfly', sparkfly.partner),
  };
};

const tooLarge: ApiErrors = [
  { error: 'payload_too_large', message: 'the body has more than 4 MB' },
];
const failed: ApiErrors = [{ error: 'internal_error', message: 'the simulator failed' }];

const report = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.name) : 'failed'}\n`);
};

/** The routes that are no partner's. */
const createControls = (mounted: Mounted, sparkfly: Sparkfly) => {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(bodyLimit({ maxSize: bodyMaxBytes, onError: (c) => c.json(tooLarge, 413) }));
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.route('/', controlRoutes(mounted));
  app.route('/', sparkfly.controls);
  app.notFound((c) => c.json([{ error: 'not_found', message: 'no such route' }], 404));
  app.onError((error, c) => {
    // A client that disconnected during its request gets no answer.
    if (c.env.incoming.errored !== null) return RESPONSE_ALREADY_SENT;
    report(error);
    return c.json(failed, 500);
  });
  return getRequestListener(app.fetch);
};

const partnerRoute = new RegExp(`^/(${partnerNames.join('|')})(?=[/?]|$)`);

const partnerAt = (url = ''): PartnerName | undefined => {
  const name = partnerRoute.exec(url)?.[1];
  return partnerNames.find((one) => one === name);
};

const sendErrors = (outgoing: ServerResponse, status: number, errors: ApiErrors): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  return send(outgoing, { status, headers, text: JSON.stringify(errors), isDripping: false });
};

/**
 * Takes a call to a partner without the web framework, which costs more than the answer and can
 * neither drip nor send every status.
 */
const receive = async (
  partner: MountedPartner,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  try {
    const text = await readText(incoming, bodyMaxBytes);
    if (text === undefined) await sendErrors(outgoing, 413, tooLarge);
    else await partner.receive(incoming, outgoing, text);
  } catch (error) {
    // A client that disconnected during its request gets no answer.
    if (incoming.errored !== null) return;
    report(error);
    if (!outgoing.headersSent) await sendErrors(outgoing, 500, failed);
  }
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
  const sparkfly = createSparkfly(options.sparkfly ?? { identity: '', key: '' });
  const mounted = mountAll(options, sparkfly);
  const control = createControls(mounted, sparkfly);
  const server = createServer((incoming, outgoing) => {
    const name = partnerAt(incoming.url);
    if (name === undefined) void control(incoming, outgoing);
    else void receive(mounted[name], incoming, outgoing);
  });
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
