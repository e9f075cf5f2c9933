import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endByError, UsageError } from '../local/command.js';
import { watchForStop } from '../local/stop-request.js';
import { killAll } from '../local/managed-process.js';
import { type BenchmarkName, benchmarkNames, runBenchmark } from './benchmarks.js';
import type { BenchContext } from './context.js';
import { describeMachine } from './machine.js';
import { writePage } from './page/page.js';
import { type Result, reportOf } from './report/report.js';
import { brokenClaims, smokeNames } from './smoke.js';
import { createStacks } from './stacks.js';

const usage = `Usage: npm run bench -- [--only NAME ...] [--quick] [--page] [--results FOLDER]

  Brings up Verdict on free ports in a temporary folder and measures it; nothing is left behind.

  --only NAME       answer-time (four and a half minutes): what an order costs beside a bare
                    workflow at several rates, and the installation at rest after that
                    start (one and a half minutes): starts, the first orders after them, and the
                    fresh installation at rest
                    outage (some minutes): what callers get when partners are dead or ill
                    overload (some minutes): what callers get beyond the capacity
                    stops (ten minutes): what callers get when a part stops for a while
                    recovery (six minutes): how long an order waits after a worker died or an
                    answer of OMS was lost
                    desk (some minutes): what a reviewer waits for among 100,000 open cases
                    rules (a minute): evaluating and loading rules, on one core
                    population (two minutes): what the default rules catch of made-up orders
                    careful-population (two minutes): the same with careful and slow thieves,
                    second-population (two minutes): the same on orders of another generator,
                    whose author had not seen the rules
                    fit (five minutes): what points learned from labels catch in later weeks
                    fit-second-population (five minutes): the same on the second population
                    backtest (some minutes): orders a second, from stored facts and counted anew
                    history (seven minutes, 13 GB): scoring over none, one and ten million orders
                    import (twenty minutes, 9 GB): npm run import of a million past orders
                    soak (two hours, 8 GB): a stream of orders beside 100,000 open reviews
                    all but history, import and soak, one after the other, unless given
  --orders N        orders of the import; 1,000,000 unless given
  --open N          open reviews of the soak; 100,000 unless given
  --minutes M       minutes of the soak's stream; 60 unless given
  --seed N          the populations of another seed; 1 unless given
  --volume N        N times a population's orders in the same days; 20 takes twenty minutes,
                    9 GB and NODE_OPTIONS=--max-old-space-size=12000
  --smoke           about two minutes: a quick run of start, answer-time and overload on one
                    installation; fails when a figure cannot be
  --quick           about a minute, to see that it works; the figures mean nothing
  --page            writes the plots and tables of docs/performance.md and docs/learned-points.md
                    from the newest full result of each benchmark; measures only what --only names
  --results FOLDER  where the raw JSON is; bench/results unless given
`;

/** They run only when they are named. */
const longNames: ReadonlySet<BenchmarkName> = new Set(['history', 'import', 'soak']);

const ownResults = fileURLToPath(new URL('results', import.meta.url));
const documents = fileURLToPath(new URL('../docs', import.meta.url));

/** Throws `UsageError` for what is no positive number. */
const sizeOf = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const size = Number(text);
  if (!(size > 0)) throw new UsageError(`--${option} needs a number above 0.`);
  return size;
};

const readArguments = () => {
  const { only, smoke, orders, open, minutes, seed, volume, ...values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      orders: { type: 'string' },
      open: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      volume: { type: 'string' },
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      results: { type: 'string', default: ownResults },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  const whole = benchmarkNames.filter((name) => !longNames.has(name));
  const unlessNamed = values.page ? [] : smoke ? smokeNames : whole;
  const names = only ? benchmarkNames.filter((name) => only.includes(name)) : unlessNamed;
  if (only && names.length < new Set(only).size) {
    throw new UsageError('There is no benchmark of that name.');
  }
  const [openReviews, length] = [sizeOf('open', open), sizeOf('minutes', minutes)];
  const soak = {
    ...(openReviews !== undefined && { openReviews }),
    ...(length !== undefined && { minutes: length }),
  };
  const lines = sizeOf('orders', orders);
  const [fromSeed, times] = [sizeOf('seed', seed), sizeOf('volume', volume)];
  const population = {
    ...(fromSeed !== undefined && { seed: fromSeed }),
    ...(times !== undefined && { volume: times }),
  };
  const sizes = { soak, population, ...(lines !== undefined && { import: { orders: lines } }) };
  return { ...values, names, smoke, quick: values.quick || smoke, sizes };
};

const save = (folder: string, whole: Result): string => {
  mkdirSync(folder, { recursive: true });
  const { name, takenAt, quick, machine, result } = whole;
  const stamp = takenAt.slice(0, 19).replaceAll(':', '');
  const path = join(folder, `${name}-${stamp}.json`);
  const json = JSON.stringify({ name, takenAt, quick, machine, result }, null, 2);
  writeFileSync(path, `${json}\n`);
  return path;
};

const runOne = async (
  name: BenchmarkName,
  quick: boolean,
  context: BenchContext,
): Promise<Result> => {
  const machine = describeMachine();
  const takenAt = new Date().toISOString();
  return { ...(await runBenchmark(name, quick, context)), takenAt, quick, machine };
};

/** Runs the benchmarks and prints their figures; false when a smoke run breaks a claim. */
const run = async (given: ReturnType<typeof readArguments>): Promise<boolean> => {
  const { names, quick, smoke, results, sizes } = given;
  let isSound = true;
  const stop = watchForStop(process.env, () => {
    killAll();
    process.exit(130);
  });
  const say = (line: string) => void process.stderr.write(`  · ${line} …\n`);
  const around = { env: process.env, signal: stop.signal, say };
  const stacks = createStacks({ ...around, isShared: smoke });
  for (const name of names) {
    const result = await runOne(name, quick, { ...around, stacks, ...sizes }).catch(
      async (error: unknown) => {
        await stacks.end();
        if (!stop.signal.aborted) throw error;
        process.stderr.write('  Stopped before it had a result.\n');
        process.exit(130);
      },
    );
    process.stdout.write(reportOf(result));
    const path = relative(process.cwd(), save(results, result));
    process.stdout.write(`  raw figures: ${path}\n\n`);
    const broken = smoke ? brokenClaims(result) : [];
    for (const claim of broken) process.stderr.write(`  ✗ ${name}: not so: ${claim}\n`);
    isSound &&= broken.length === 0;
  }
  await stacks.end();
  return isSound;
};

try {
  const given = readArguments();
  if (given.help) process.stdout.write(usage);
  const isSound = given.help || (await run(given));
  if (given.page) writePage(given.results, documents);
  process.exit(isSound ? 0 : 1);
} catch (error) {
  endByError(error, usage);
}
