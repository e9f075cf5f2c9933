import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Exit, launch } from './managed-process.js';
import { acceptsConnections, type Probe, untilReady } from './readiness.js';

export interface TemporalServerOptions {
  /** The path of a Temporal CLI from `findTemporalCli`. */
  readonly cliPath: string;
  readonly port: number;
  /** Port of the web UI; without it there is no UI. */
  readonly uiPort?: number;
  readonly namespace: string;
  /** SQLite file that keeps all state, or `memory` for tests. */
  readonly store: { readonly file: string } | 'memory';
  /** The codec server that the UI uses to decrypt payloads. */
  readonly codecUrl?: string;
  /** By default that of `temporal-namespace.ts`, which loads the SDK into this process. */
  readonly isNamespaceKnown?: IsNamespaceKnown;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** True when the server at `host:port` knows a namespace. Throws errors of gRPC. */
export type IsNamespaceKnown = (address: string, namespace: string) => Promise<boolean>;

export interface TemporalServer {
  /** `host:port` of the frontend. */
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly exited: Promise<Exit>;
  readonly stop: (graceMs?: number) => Promise<void>;
}

const host = '127.0.0.1';
const startTimeoutMs = 30_000;

/**
 * The development server's defaults are for demonstrations: each hop over its transfer queue waits
 * up to 50 ms, and its rate limits allow about 120 orders a second.
 */
const dynamicConfig = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'history.rps': 30_000,
  'frontend.rps': 20_000,
  'frontend.namespaceRPS': 20_000,
  'matching.rps': 20_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'system.enableActivityEagerExecution': true,
  // By default it keeps up to 128,000 ended workflows in memory, and an hour's after a rush.
  'history.hostLevelCacheMaxSize': 1000,
  'history.cacheTTL': '"1m"',
  'history.cacheBackgroundEvict': '{"Enabled":true,"LoopInterval":"30s","MaxEntryPerCall":1024}',
};

const flagsOf = (options: TemporalServerOptions): string[] => [
  ...['server', 'start-dev', '--log-level', 'warn', '--disable-config-env'],
  ...['--disable-config-file', '--ip', host, '--port', String(options.port)],
  ...['--namespace', options.namespace],
  ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
  ...(options.codecUrl === undefined ? [] : ['--ui-codec-endpoint', options.codecUrl]),
  ...(options.store === 'memory' ? [] : ['--db-filename', options.store.file]),
  ...(options.store === 'memory'
    ? []
    : ['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((line) => ['--sqlite-pragma', line])),
  ...Object.entries(dynamicConfig).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]),
];

/** Throws, too, when the frontend does not know the namespace. */
const namespaceProbe =
  (port: number, namespace: string, isKnown: IsNamespaceKnown): Probe =>
  async () =>
    // A gRPC channel waits a second before it retries a closed port.
    (await acceptsConnections(host, port)) && isKnown(`${host}:${port}`, namespace);

/**
 * Starts Temporal's development server. It does not register search attributes: call
 * `ensureSearchAttributes`, which also handles an old file and a remote server. Throws
 * `StartFailure` with the server's last lines.
 */
export const startTemporalServer = async (
  options: TemporalServerOptions,
): Promise<TemporalServer> => {
  const { port, uiPort, namespace, store } = options;
  if (store !== 'memory') mkdirSync(dirname(store.file), { recursive: true });
  const server = launch([options.cliPath, ...flagsOf(options)], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    ...(options.onLine && { onLine: options.onLine }),
  });
  const isKnown =
    options.isNamespaceKnown ?? (await import('./temporal-namespace.js')).isNamespaceKnown;
  await untilReady({
    name: 'temporal',
    process: server,
    probe: namespaceProbe(port, namespace, isKnown),
    timeoutMs: startTimeoutMs,
    signal: options.signal,
  });
  return {
    address: `${host}:${port}`,
    uiUrl: uiPort === undefined ? undefined : `http://${host}:${uiPort}`,
    exited: server.exited,
    stop: server.stop,
  };
};
