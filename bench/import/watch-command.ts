import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../db/pool.js';
import type { ManagedProcess } from '../../local/managed-process.js';
import { readProc } from '../processes.js';
import { createProcessorClock, type PartTimes, sumTimes } from '../processor-time.js';

const everyMs = 500;

/** How many lines of the file were done at a moment of `performance.now`. */
export interface Reading {
  readonly atMs: number;
  readonly lines: number;
}

/** What was seen of an import from its start to its end. */
export interface Watched {
  readonly readings: readonly Reading[];
  readonly processorMs: PartTimes;
  /** The most memory that the command held (RSS); 0 on a system without `/proc`. */
  readonly peakMb: number;
}

const peakOf = (pid: number): number => {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+)/m.exec(readProc(pid, 'status') ?? '') ?? [];
  return Math.round(Number(kilobytes) / 1024);
};

const linesDone = async (pool: Pool): Promise<number> => {
  const text = 'select coalesce(sum(lines), 0)::float8 as lines from import_parts';
  const { rows } = await pool.query<{ lines: number }>(text);
  return rows[0]?.lines ?? 0;
};

/**
 * Reads progress, processor time and memory of the command until it ends. Its last half second of
 * processor time is not seen.
 */
export const watchCommand = async (
  command: ManagedProcess,
  pool: Pool,
  onReading: (reading: Reading) => void,
): Promise<Watched> => {
  const clock = createProcessorClock([process.pid]);
  const readings: Reading[] = [];
  const times: PartTimes[] = [];
  let peakMb = 0;
  const exited = command.exited.then(() => true);
  const read = async (): Promise<void> => {
    const reading = { atMs: performance.now(), lines: await linesDone(pool) };
    readings.push(reading);
    times.push(clock());
    peakMb = Math.max(peakMb, peakOf(command.pid ?? 0));
    onReading(reading);
  };
  do await read();
  while (!(await Promise.race([exited, delay(everyMs, false)])));
  await read();
  return { readings, processorMs: sumTimes(times), peakMb };
};
