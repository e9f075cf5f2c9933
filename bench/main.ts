import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { StartFailure } from '../local/start-failure.js';
import { watchForStop } from '../local/stop-request.js';
import { killAll } from '../local/managed-process.js';
import { answerTime, fullPlan, quickPlan } from './answer-time.js';
import { describeMachine } from './machine.js';
import { type Result, reportOf } from './report.js';

const usage = `Usage: npm run bench -- [--quick] [--results FOLDER]

  Brings up Verdict on free ports in a temporary folder and measures it; nothing is left behind.
  The whole run takes about five minutes.

  --quick           some seconds, to see that it works; the figures mean nothing
  --results FOLDER  where the raw JSON goes; bench/results unless given
`;

const ownResults = fileURLToPath(new URL('results', import.meta.url));

const readArguments = () =>
  parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      results: { type: 'string', default: ownResults },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

const save = (folder: string, result: Result): string => {
  mkdirSync(folder, { recursive: true });
  const stamp = result.takenAt.slice(0, 19).replaceAll(':', '');
  const path = join(folder, `${result.name}-${stamp}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return path;
};

const run = async (quick: boolean, results: string): Promise<void> => {
  const stop = watchForStop(process.env, () => {
    killAll();
    process.exit(130);
  });
  const say = (line: string) => void process.stderr.write(`  · ${line} …\n`);
  const machine = describeMachine();
  const takenAt = new Date().toISOString();
  const plan = quick ? quickPlan : fullPlan;
  const context = { env: process.env, signal: stop.signal, say };
  const result = await answerTime(plan, context).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
    process.stderr.write('  Stopped before it had a result.\n');
    process.exit(130);
  });
  const whole: Result = { name: 'answer-time', takenAt, quick, machine, result };
  process.stdout.write(reportOf(whole));
  const path = relative(process.cwd(), save(results, whole));
  process.stdout.write(`  raw figures: ${path}\n\n`);
};

try {
  const { quick, results, help } = readArguments();
  if (help) process.stdout.write(usage);
  else await run(quick, results);
  process.exit(0);
} catch (error) {
  const isBadOption =
    error instanceof TypeError &&
    String((error as { code?: unknown }).code).startsWith('ERR_PARSE');
  if (isBadOption) process.stderr.write(`${error.message}\n\n${usage}`);
  else if (error instanceof StartFailure) process.stderr.write(`\n${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(isBadOption ? 2 : 1);
}
