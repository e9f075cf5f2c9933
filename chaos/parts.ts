import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childPart } from '../local/child-part.js';
import { openLogFile } from '../local/log-file.js';
import { startPostgres } from '../local/postgres.js';
import { prepareStores } from '../local/prepare.js';
import type { Part } from '../local/supervisor.js';
import { startTemporalServer } from '../local/temporal-server.js';

const host = '127.0.0.1';

/** A busy machine, and servers that the storm holds up. */
const startTimeoutMs = 180_000;

export const portNames = [
  ...(['postgres', 'temporal', 'api', 'metrics'] as const),
  ...(['oms', 'partners', 'mail', 'mailHealth'] as const),
] as const;

/** Where each part listens itself, behind its proxy. */
export type Ports = Readonly<Record<(typeof portNames)[number], number>>;

type Environment = Record<string, string | undefined>;

interface PartsOptions {
  /** Logs, and what OMS, the partners and the mail server keep. */
  readonly folder: string;
  /** The state of Postgres and Temporal. */
  readonly varDir: string;
  readonly ports: Ports;
  /** Read anew at each start of a part. */
  readonly env: Environment;
  readonly cliPath: string;
}

type ChildOf = (
  name: string,
  needs: readonly string[],
  file: string,
  own: { readonly env: Environment; readonly readyUrl: string },
) => Part;

const childOf =
  (logOf: (name: string) => (line: string) => void): ChildOf =>
  (name, needs, file, own) =>
    childPart({
      ...{ name, needs, ...own, startTimeoutMs, onLine: logOf(name) },
      file: fileURLToPath(new URL(`../${file}.ts`, import.meta.url)),
    });

/** What is not Verdict: OMS, the partners and the mail server. */
const outsiders = ({ folder, ports, env }: PartsOptions, child: ChildOf): readonly Part[] =>
  (['oms', 'partners', 'mail'] as const).map((name) => {
    const healthPort = name === 'mail' ? ports.mailHealth : ports[name];
    return child(name, [], `chaos/servers/${name}-main`, {
      env: {
        ...env,
        SERVER_PORT: String(ports[name]),
        SERVER_FOLDER: join(folder, name),
        HEALTH_PORT: String(healthPort),
      },
      readyUrl: `http://${host}:${healthPort}/healthz`,
    });
  });

const stores = (
  { varDir, ports, cliPath }: PartsOptions,
  logOf: (name: string) => (line: string) => void,
): readonly Part[] => [
  {
    name: 'postgres',
    needs: [],
    start: (signal) =>
      startPostgres({
        ...{ dataDir: join(varDir, 'postgres'), port: ports.postgres, durable: true, signal },
        onLine: logOf('postgres'),
      }),
  },
  {
    name: 'temporal',
    needs: [],
    start: (signal) =>
      startTemporalServer({
        ...{ cliPath, port: ports.temporal, namespace: 'default', signal },
        store: { file: join(varDir, 'temporal', 'temporal.db') },
        onLine: logOf('temporal'),
      }),
  },
  {
    name: 'schema',
    needs: ['postgres', 'temporal'],
    start: async () => {
      const address = { address: `${host}:${ports.temporal}` };
      const databaseUrl = `postgres://verdict@${host}:${ports.postgres}/verdict`;
      await prepareStores(databaseUrl, address, 'default');
      return undefined;
    },
  },
];

/** Every process of a storm, in the order of starting. */
export const partsOf = (options: PartsOptions): readonly Part[] => {
  const { folder, ports, env } = options;
  const logOf = (name: string) => openLogFile(join(folder, 'logs', `${name}.log`), () => undefined);
  const child = childOf(logOf);
  const readyOf = (port: number, path: string) => `http://${host}:${port}/${path}`;
  return [
    ...stores(options, logOf),
    ...outsiders(options, child),
    child('worker', ['schema'], 'worker/main', { env, readyUrl: readyOf(ports.metrics, 'readyz') }),
    child('api', ['schema'], 'api/main', { env, readyUrl: readyOf(ports.api, 'healthz') }),
  ];
};
