import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { launch } from '../local/managed-process.js';
import { httpProbe, untilReady } from '../local/readiness.js';
import { commandOf } from '../runtime/launcher.js';
import { freePorts } from '../test/support/ports.js';
import { makeTempDir } from '../test/support/temp-dir.js';

type Environment = Readonly<Record<string, string | undefined>>;

const KeysFile = z.object({ oms: z.string(), reviewer: z.string(), operator: z.string() });

/** Verdict as `npm start` runs it. */
export interface LocalStack {
  readonly apiUrl: string;
  /** The worker's health and metrics. */
  readonly workerUrl: string;
  readonly temporalUiUrl: string;
  readonly temporalAddress: string;
  readonly databaseUrl: string;
  /** The log of Postgres. */
  readonly databaseLog: string;
  /** Base URL of the simulators, with `/_faults/{partner}`. */
  readonly simulatorUrl: string;
  readonly keys: z.output<typeof KeysFile>;
  /** The supervisor's process; all others descend from it. */
  readonly pid: number;
  readonly startedInMs: number;
  /** True when API and worker say that they are ready. */
  readonly isReady: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Where no Temporal CLI is available, building it with Go takes minutes. */
const readyTimeoutMs = 10 * 60_000;
/** `npm start` promises that no process is left 15 s after Ctrl-C. */
const stopGraceMs = 15_000;

/** Only the variables needed to find and run programs, nothing of the caller's own installation. */
const passedOn = /^(PATH|HOME|TMPDIR|XDG_CACHE_HOME|TEMPORAL_CLI|GO[A-Z]*|(https?|no)_proxy)$/i;

export const programEnvironment = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)));

const portNames = [
  'PORT',
  'METRICS_PORT',
  'PGPORT',
  'SIMULATOR_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
] as const;

const addressesOf = (ports: Readonly<Record<(typeof portNames)[number], number>>) => ({
  apiUrl: `http://127.0.0.1:${ports.PORT}`,
  workerUrl: `http://127.0.0.1:${ports.METRICS_PORT}`,
  temporalUiUrl: `http://127.0.0.1:${ports.TEMPORAL_UI_PORT}`,
  temporalAddress: `127.0.0.1:${ports.TEMPORAL_PORT}`,
  databaseUrl: `postgres://verdict@127.0.0.1:${ports.PGPORT}/verdict`,
  simulatorUrl: `http://127.0.0.1:${ports.SIMULATOR_PORT}`,
});

/**
 * Starts `local/main.ts` on free ports and waits until API and worker are ready. Keeps its state in
 * `varDir`, or in a temporary folder that ends with it; `settings` are variables of its own. Throws
 * `StartFailure` with its last lines, and leaves nothing running in that case.
 */
export const startLocalStack = async (
  env: Environment,
  signal: AbortSignal,
  varDir?: string,
  settings: Environment = {},
): Promise<LocalStack> => {
  const folder = varDir === undefined ? makeTempDir() : { path: varDir, remove: () => undefined };
  const startMs = performance.now();
  const ports = await freePorts(portNames);
  const file = fileURLToPath(new URL('../local/main.ts', import.meta.url));
  const stack = launch(commandOf(file), {
    env: {
      ...programEnvironment(env),
      ...settings,
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
      ...{ VAR_DIR: folder.path, LOG_LEVEL: 'info' },
    },
  });
  const stop = async () => {
    await stack.stop(stopGraceMs);
    folder.remove();
  };
  try {
    const probes = [ports.PORT, ports.METRICS_PORT].map((port) =>
      httpProbe(`http://127.0.0.1:${port}/readyz`),
    );
    const probe = async () =>
      (await Promise.all(probes.map((ask) => ask()))).every((isReady) => isReady);
    const timeoutMs = readyTimeoutMs;
    await untilReady({ name: 'verdict', process: stack, probe, timeoutMs, signal });
    const keysFile = join(folder.path, 'keys.json');
    return {
      ...addressesOf(ports),
      databaseLog: join(folder.path, 'logs', 'postgres.log'),
      keys: KeysFile.parse(JSON.parse(readFileSync(keysFile, 'utf8'))),
      pid: stack.pid ?? process.pid,
      startedInMs: Math.round(performance.now() - startMs),
      ...{ isReady: probe, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
