import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childPart } from '../local/child-part.js';
import { ensureKeysFile } from '../local/keys-file.js';
import { type MailSink, startMailSink } from '../local/mail-sink.js';
import { openLogFile } from '../local/log-file.js';
import { startPostgres } from '../local/postgres.js';
import { prepareStores } from '../local/prepare.js';
import { type Part, Supervisor } from '../local/supervisor.js';
import { findTemporalCli } from '../local/temporal-cli.js';
import { startTemporalServer } from '../local/temporal-server.js';
import { httpProbe } from '../local/readiness.js';
import { ensureLocalSecrets } from '../runtime/local-secrets.js';
import { type Simulators, startSimulators } from '../simulators/server.js';
import { freePort } from '../test/support/ports.js';
import { programEnvironment } from '../bench/local-stack.js';
import { type NetworkProxy, startNetworkProxy } from './network-proxy.js';

const host = '127.0.0.1';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a proxy of ours stands before. */
export const proxied = ['api', 'postgres', 'temporal', 'oms', 'sardine', 'yleo', 'mail'] as const;
export type Proxied = (typeof proxied)[number];

/** Verdict in its own processes, with a proxy of ours before each server. */
export interface ChaosStack {
  readonly env: Record<string, string | undefined>;
  readonly proxies: Readonly<Record<Proxied, NetworkProxy>>;
  /** The API as its callers reach it, and without the proxy. */
  readonly apiUrl: string;
  readonly directApiUrl: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly simulatorUrl: string;
  readonly mailFolder: string;
  readonly keys: Readonly<Record<string, string>>;
  /** True when API and worker say that they are ready. */
  readonly isReady: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Short pauses before a restart: the storm is to hit running parts. */
const timing = {
  ...{ firstPauseMs: 250, longestPauseMs: 2000, healthyMs: 5000 },
  ...{ stopEachMs: 5000, stopAllMs: 14_000 },
};

const credentials = {
  SARDINE_CLIENT_ID: 'chaos-sardine',
  SARDINE_CLIENT_SECRET: 'chaos-sardine-secret',
};
const omsToken = 'chaos-oms-token';

/** More than a storm of half an hour sends to one partner. */
const callsKept = 200_000;

/** A busy machine, and servers that the storm holds up. */
const startTimeoutMs = 180_000;

const mainOf = (room: string): string =>
  fileURLToPath(new URL(`../${room}/main.ts`, import.meta.url));

interface Servers {
  readonly simulators: Simulators;
  readonly mail: MailSink;
  readonly ports: Readonly<Record<'postgres' | 'temporal' | 'api' | 'metrics', number>>;
}

const startServers = async (folder: string): Promise<Servers> => ({
  simulators: await startSimulators({
    ...{ port: 0, credentials, oms: { token: omsToken }, callsKept },
  }),
  mail: await startMailSink({ port: 0, folder: join(folder, 'mail') }),
  ports: {
    postgres: await freePort(),
    temporal: await freePort(),
    api: await freePort(),
    metrics: await freePort(),
  },
});

const startProxies = async ({ simulators, mail, ports }: Servers) => {
  const targets: Record<Proxied, number> = {
    ...{ api: ports.api, postgres: ports.postgres, temporal: ports.temporal },
    ...{ oms: simulators.port, sardine: simulators.port, yleo: simulators.port },
    mail: mail.port,
  };
  const pairs = proxied.map(
    async (name) => [name, await startNetworkProxy(targets[name])] as const,
  );
  return Object.fromEntries(await Promise.all(pairs)) as Record<Proxied, NetworkProxy>;
};

const environmentOf = (
  folder: string,
  { ports }: Servers,
  proxies: Readonly<Record<Proxied, NetworkProxy>>,
  given: Environment,
): Record<string, string | undefined> => ({
  ...programEnvironment(given),
  ...ensureLocalSecrets(folder),
  ...credentials,
  DATABASE_URL: `postgres://verdict@${host}:${proxies.postgres.port}/verdict`,
  TEMPORAL_ADDRESS: `${host}:${proxies.temporal.port}`,
  TEMPORAL_TLS: 'false',
  PORT: String(ports.api),
  METRICS_PORT: String(ports.metrics),
  VAR_DIR: folder,
  API_KEYS_FILE: join(folder, 'keys.json'),
  SARDINE_URL: `http://${host}:${proxies.sardine.port}/sardine`,
  YLEO_URL: `http://${host}:${proxies.yleo.port}/yleo`,
  OMS_URL: `http://${host}:${proxies.oms.port}/oms`,
  OMS_TOKEN: omsToken,
  SMTP_URL: `smtp://${host}:${proxies.mail.port}`,
  MAIL_FROM: 'Verdict <verdict@chaos.example>',
  UNDO_WINDOW: '3s',
  LOG_LEVEL: 'info',
});

const partsOf = (
  folder: string,
  { ports }: Servers,
  env: Record<string, string | undefined>,
  cliPath: string,
): readonly Part[] => {
  const logOf = (name: string) => openLogFile(join(folder, 'logs', `${name}.log`), () => undefined);
  const child = (name: 'api' | 'worker', readyUrl: string) =>
    childPart({
      ...{ name, needs: ['schema'], file: mainOf(name), env, readyUrl, startTimeoutMs },
      onLine: logOf(name),
    });
  return [
    {
      name: 'postgres',
      needs: [],
      start: (signal) =>
        startPostgres({
          ...{ dataDir: join(folder, 'postgres'), port: ports.postgres, durable: true, signal },
          onLine: logOf('postgres'),
        }),
    },
    {
      name: 'temporal',
      needs: [],
      start: (signal) =>
        startTemporalServer({
          ...{ cliPath, port: ports.temporal, namespace: 'default', signal },
          store: { file: join(folder, 'temporal', 'temporal.db') },
          onLine: logOf('temporal'),
        }),
    },
    {
      name: 'schema',
      needs: ['postgres', 'temporal'],
      start: async () => {
        const address = { address: `${host}:${ports.temporal}` };
        await prepareStores(
          `postgres://verdict@${host}:${ports.postgres}/verdict`,
          address,
          'default',
        );
        return undefined;
      },
    },
    child('worker', `http://${host}:${ports.metrics}/readyz`),
    child('api', `http://${host}:${ports.api}/healthz`),
  ];
};

/**
 * Starts everything on free ports and keeps its state in `folder`, which the caller removes. A part
 * that dies is started again. Throws `StartFailure`; nothing is left running then.
 */
export const startChaosStack = async (
  folder: string,
  given: Environment,
  say: (part: string, text: string) => void,
): Promise<ChaosStack> => {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const cliPath = await findTemporalCli(given, (line) => say('temporal', line));
  const servers = await startServers(folder);
  const proxies = await startProxies(servers);
  const env = environmentOf(folder, servers, proxies, given);
  const keys = ensureKeysFile(join(folder, 'keys.json'));
  const supervisor = new Supervisor(partsOf(folder, servers, env, cliPath), say, timing);
  const stop = async () => {
    await supervisor.stop();
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
    await Promise.all([servers.simulators.close(), servers.mail.stop()]);
  };
  const { ports, simulators } = servers;
  const probes = [ports.api, ports.metrics].map((port) =>
    httpProbe(`http://${host}:${port}/readyz`),
  );
  const isReady = async (): Promise<boolean> => {
    const ready = probes.map((probe) => probe().catch(() => false));
    return (await Promise.all(ready)).every(Boolean);
  };
  try {
    await supervisor.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ env, proxies, keys, isReady, stop },
    apiUrl: `http://${host}:${proxies.api.port}`,
    directApiUrl: `http://${host}:${ports.api}`,
    databaseUrl: `postgres://verdict@${host}:${ports.postgres}/verdict`,
    temporalAddress: `${host}:${ports.temporal}`,
    simulatorUrl: simulators.url,
    mailFolder: join(folder, 'mail'),
  };
};
