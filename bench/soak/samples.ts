import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { memoryByPart } from '../memory.js';
import { partOf, withDescendants } from '../processes.js';
import type { Installation } from './installation.js';

/** The state of an installation at one moment, by part where parts have values of their own. */
export interface Sample {
  readonly atSeconds: number;
  readonly pssMb: Readonly<Record<string, number>>;
  /** Open file descriptors. */
  readonly handles: Readonly<Record<string, number>>;
  readonly connections: number;
  readonly temporalMb: number;
  readonly databaseMb: number;
  /** The p99 of the event loop's delay since the last sample; null when it cannot be read. */
  readonly lagMs: { readonly api: number | null; readonly worker: number | null };
}

const handlesOf = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
};

const handlesByPart = (rootPid: number): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const pid of withDescendants(rootPid)) {
    const part = partOf(pid);
    counts[part] = (counts[part] ?? 0) + handlesOf(pid);
  }
  return counts;
};

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const lagPattern = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? ([\d.e+-]+)/m;

/** Null while the process is away. */
const readLag = async (url: string, key: string): Promise<number | null> => {
  try {
    const { body } = await request(url, { headers: { authorization: `Bearer ${key}` } });
    const seconds = lagPattern.exec(await body.text())?.[1];
    return seconds === undefined ? null : Math.round(Number(seconds) * 10_000) / 10;
  } catch {
    return null;
  }
};

const takeSample = async (
  { varDir, stack, db }: Installation,
  atSeconds: number,
): Promise<Sample> => {
  const { rows } = await db.query<{ connections: number; bytes: string }>(
    `select (select count(*)::integer from pg_stat_activity where datname = current_database())
      as connections, pg_database_size(current_database())::text as bytes`,
  );
  const { operator } = stack.keys;
  const [api, worker] = await Promise.all([
    readLag(`${stack.apiUrl}/metrics`, operator),
    readLag(`${stack.workerUrl}/metrics`, operator),
  ]);
  return {
    atSeconds: Math.round(atSeconds * 10) / 10,
    pssMb: Object.fromEntries(memoryByPart(stack.pid).map(({ part, pssMb }) => [part, pssMb])),
    handles: handlesByPart(stack.pid),
    connections: rows[0]?.connections ?? 0,
    temporalMb: megabytes(folderBytes(join(varDir, 'temporal'))),
    databaseMb: megabytes(Number(rows[0]?.bytes ?? 0)),
    lagMs: { api, worker },
  };
};

/** Samples at a fixed pace for `seconds`. Rejects when `signal` aborts. */
export const takeSamples = async (
  installation: Installation,
  { seconds, everySeconds }: { readonly seconds: number; readonly everySeconds: number },
  signal: AbortSignal,
): Promise<Sample[]> => {
  const samples: Sample[] = [];
  const startMs = performance.now();
  for (let due = 0; due <= seconds; due += everySeconds) {
    await pause(Math.max(0, startMs + due * 1000 - performance.now()), undefined, { signal });
    samples.push(await takeSample(installation, (performance.now() - startMs) / 1000));
  }
  return samples;
};
