import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Import } from '../../contracts/v1/imports.js';
import { createPool, type Pool } from '../../db/pool.js';
import { launch, type ManagedProcess } from '../../local/managed-process.js';
import { commandOf } from '../../runtime/launcher.js';
import { listImports } from '../../services/imports/imports.js';
import type { BenchContext } from '../context.js';
import { programEnvironment } from '../local-stack.js';
import { type BenchPostgres, onPostgres } from '../on-postgres.js';
import { type PartTimes, perUnit } from '../processor-time.js';
import type { ImportPlan } from './plan.js';
import { type Reading, type Watched, watchCommand } from './watch-command.js';

/** What became of the lines of the file. */
type Counts = Pick<Import, 'lines' | 'stored' | 'repeated' | 'refused' | 'labels' | 'reasons'>;

export interface ImportResult extends Counts {
  readonly startedInMs: number;
  readonly plan: ImportPlan;
  readonly fileMb: number;
  readonly databaseMb: number;
  /** From the start of the command to its end, and the parts of that. */
  readonly seconds: {
    readonly whole: number;
    /** The command starts and reads the file for its hash. */
    readonly before: number;
    readonly storing: number;
    /** The usual totals of the days. */
    readonly after: number;
  };
  /** Over the whole time of the command. */
  readonly perSecond: number;
  /** While it stores lines, by quarters of the file. */
  readonly perSecondByQuarter: readonly number[];
  /** Of the command and of Postgres, for each line. */
  readonly processorMs: PartTimes;
  /** The most memory that the command held (RSS). */
  readonly peakMb: number;
}

/** The drafts of a million orders take 5 GB while they are sorted by time. */
const writerOptions = '--max-old-space-size=12000';

const sourceOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

const failed = (what: string, command: ManagedProcess): Error =>
  new Error(`${what} failed:\n${command.lastLines().slice(-10).join('\n')}`);

const writeFile = async (path: string, { orders, seed }: ImportPlan, { env }: BenchContext) => {
  const source = sourceOf('bench/import/write-lines-main.ts');
  const writer = launch(commandOf(source, path, String(orders), String(seed)), {
    env: { ...programEnvironment(env), NODE_OPTIONS: writerOptions },
  });
  if (!(await writer.exited).ok) throw failed('writing the orders', writer);
};

/** When so many lines were done, between two readings. */
const momentOf = (readings: readonly Reading[], lines: number): number => {
  const index = readings.findIndex((reading) => reading.lines >= lines);
  const [before, after] = [readings[index - 1], readings[index]];
  if (after === undefined) throw new RangeError('the import ended before its last line');
  if (before === undefined) return after.atMs;
  const share = (lines - before.lines) / (after.lines - before.lines);
  return before.atMs + share * (after.atMs - before.atMs);
};

const quarters = [0.25, 0.5, 0.75, 1] as const;

/** The first reading is at the start of the command, the last one at its end. */
const timesOf = ({ readings }: Watched, lines: number) => {
  const [first, last] = [readings[0]?.atMs ?? 0, readings.at(-1)?.atMs ?? 0];
  const begun = readings.findLast((reading) => reading.lines === 0)?.atMs ?? first;
  const ends = quarters.map((share) => momentOf(readings, lines * share));
  const stored = ends[3] ?? last;
  return {
    seconds: {
      whole: round((last - first) / 1000),
      before: round((begun - first) / 1000),
      storing: round((stored - begun) / 1000),
      after: round((last - stored) / 1000),
    },
    perSecond: Math.round((1000 * lines) / (last - first)),
    perSecondByQuarter: ends.map((end, quarter) =>
      Math.round((1000 * lines) / 4 / (end - (ends[quarter - 1] ?? begun))),
    ),
  };
};

const sizeOf = async (pool: Pool): Promise<number> => {
  const text = 'select pg_database_size(current_database())::float8 as bytes';
  const { rows } = await pool.query<{ bytes: number }>(text);
  return round((rows[0]?.bytes ?? 0) / 2 ** 20);
};

/** The counts of the only import. Throws when it has not ended. */
const countsOf = async (pool: Pool, command: ManagedProcess): Promise<Counts> => {
  const page = { after: undefined, limit: 1 };
  const { imports } = await listImports({ db: pool, now: new Date() }, page);
  const [found] = imports;
  if (found?.state !== 'done') throw failed('the import', command);
  const { lines, stored, repeated, refused, labels, reasons } = found;
  return { lines, stored, repeated, refused, labels, reasons };
};

const measure = async (
  { url, folder }: BenchPostgres,
  plan: ImportPlan,
  { env, say }: BenchContext,
  path: string,
): Promise<Omit<ImportResult, 'startedInMs'>> => {
  const pool = createPool({ databaseUrl: url, connections: 1, timeoutMs: 60_000 });
  try {
    say(`importing ${plan.orders} orders`);
    const command = launch(commandOf(sourceOf('local/import-main.ts'), path), {
      env: { ...programEnvironment(env), DATABASE_URL: url, VAR_DIR: folder },
    });
    let tenth = 0;
    const watched = await watchCommand(command, pool, ({ lines }) => {
      if (lines < (plan.orders * (tenth + 1)) / 10) return;
      tenth = Math.floor((10 * lines) / plan.orders);
      say(`${tenth * 10} % imported`);
    });
    const counts = await countsOf(pool, command);
    const { import: ofCommand = 0, postgres = 0 } = watched.processorMs;
    return {
      ...{ plan, ...counts, peakMb: watched.peakMb },
      ...{ fileMb: round(statSync(path).size / 2 ** 20), databaseMb: await sizeOf(pool) },
      ...timesOf(watched, counts.lines),
      processorMs: perUnit({ command: ofCommand, postgres }, counts.lines),
    };
  } finally {
    await pool.end();
  }
};

/** Measures `npm run import` of a file of orders into an empty database. */
export const importOrders = (plan: ImportPlan, context: BenchContext): Promise<ImportResult> =>
  onPostgres({ signal: context.signal }, async (postgres) => {
    const path = join(postgres.folder, 'orders.jsonl');
    context.say(`writing ${plan.orders} orders`);
    await writeFile(path, plan, context);
    return measure(postgres, plan, context, path);
  });
