import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { programEnvironment } from '../bench/local-stack.js';
import { ensureKeysFile } from '../local/keys-file.js';
import { httpProbe } from '../local/readiness.js';
import { Supervisor } from '../local/supervisor.js';
import { findTemporalCli } from '../local/temporal-cli.js';
import { ensureLocalSecrets } from '../runtime/local-secrets.js';
import { freePorts } from '../test/support/ports.js';
import { type NetworkProxy, startNetworkProxy } from './network-proxy.js';
import { partsOf, portNames, type Ports } from './parts.js';
import { mountVarDisk, type VarDisk } from './var-disk.js';

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
  readonly simulatorUrls: Readonly<Record<'oms' | 'sardine' | 'yleo', string>>;
  readonly mailFolder: string;
  readonly keys: Readonly<Record<string, string>>;
  /** Undefined where no disk of its own was wanted, or this machine permits none. */
  readonly disk: VarDisk | undefined;
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

const startProxies = async (ports: Ports) => {
  const targets: Record<Proxied, number> = {
    ...{ api: ports.api, postgres: ports.postgres, temporal: ports.temporal },
    ...{ oms: ports.oms, sardine: ports.partners, yleo: ports.partners, mail: ports.mail },
  };
  const pairs = proxied.map(
    async (name) => [name, await startNetworkProxy(targets[name])] as const,
  );
  return Object.fromEntries(await Promise.all(pairs)) as Record<Proxied, NetworkProxy>;
};

const environmentOf = (
  varDir: string,
  ports: Ports,
  proxies: Readonly<Record<Proxied, NetworkProxy>>,
  given: Environment,
): Record<string, string | undefined> => ({
  ...programEnvironment(given),
  ...ensureLocalSecrets(varDir),
  ...credentials,
  DATABASE_URL: `postgres://verdict@${host}:${proxies.postgres.port}/verdict`,
  TEMPORAL_ADDRESS: `${host}:${proxies.temporal.port}`,
  TEMPORAL_TLS: 'false',
  PORT: String(ports.api),
  METRICS_PORT: String(ports.metrics),
  VAR_DIR: varDir,
  API_KEYS_FILE: join(varDir, 'keys.json'),
  SARDINE_URL: `http://${host}:${proxies.sardine.port}/sardine`,
  YLEO_URL: `http://${host}:${proxies.yleo.port}/yleo`,
  OMS_URL: `http://${host}:${proxies.oms.port}/oms`,
  OMS_TOKEN: omsToken,
  SMTP_URL: `smtp://${host}:${proxies.mail.port}`,
  MAIL_FROM: 'Verdict <verdict@chaos.example>',
  UNDO_WINDOW: '3s',
  LOG_LEVEL: 'info',
});

interface StackOptions {
  readonly folder: string;
  /** How to find and run programs; the servers get nothing else of it. */
  readonly given: Environment;
  /** True for a disk of its own under `VAR_DIR`, where this machine permits it. */
  readonly hasOwnDisk: boolean;
  readonly say: (part: string, text: string) => void;
}

/**
 * Starts everything on free ports and keeps its state in `folder`, which the caller removes. A part
 * that dies is started again. Throws `StartFailure`; nothing is left running then.
 */
export const startChaosStack = async (options: StackOptions): Promise<ChaosStack> => {
  const { folder, given, hasOwnDisk, say } = options;
  const varDir = join(folder, 'var');
  mkdirSync(join(folder, 'logs'), { recursive: true });
  mkdirSync(varDir);
  const cliPath = await findTemporalCli(given, (line) => say('temporal', line));
  const disk = hasOwnDisk ? mountVarDisk(varDir) : undefined;
  const ports = await freePorts(portNames);
  const proxies = await startProxies(ports);
  const env = environmentOf(varDir, ports, proxies, given);
  const keys = ensureKeysFile(join(varDir, 'keys.json'));
  const supervisor = new Supervisor(partsOf({ folder, varDir, ports, env, cliPath }), say, timing);
  const stop = async () => {
    await supervisor.stop();
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
    disk?.unmount();
  };
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
  const simulatorOf = (port: number) => `http://${host}:${port}`;
  return {
    ...{ env, proxies, keys, isReady, stop, disk },
    apiUrl: `http://${host}:${proxies.api.port}`,
    directApiUrl: `http://${host}:${ports.api}`,
    databaseUrl: `postgres://verdict@${host}:${ports.postgres}/verdict`,
    temporalAddress: `${host}:${ports.temporal}`,
    simulatorUrls: {
      oms: simulatorOf(ports.oms),
      sardine: simulatorOf(ports.partners),
      yleo: simulatorOf(ports.partners),
    },
    mailFolder: join(folder, 'mail'),
  };
};
