import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killAll } from '../local/managed-process.js';
import { endByError, UsageError } from '../local/command.js';
import { watchForStop } from '../local/stop-request.js';
import { makeTempDir } from '../test/support/temp-dir.js';
import { checkRecord } from './check/check.js';
import { runMutant } from './mutants/run-mutant.js';
import { allFaults, briefFaults } from './nemesis/nemesis.js';
import { readRecord } from './record.js';
import { reportOf } from './report.js';
import { runChaos } from './run.js';

const usage = `Usage: npm run chaos -- [--seed N] [--minutes M] [--rate N] [--records FOLDER]
       npm run chaos -- --check FILE
       npm run chaos -- --mutant NAME [--seed N]

  Brings up Verdict on free ports in a temporary folder, lets orders, reviewers and faults loose on
  it, and checks that nothing was lost and nothing happened twice. Exit code 1 when something was.

  --seed N          the same seed plans the same orders, acts and faults; 1 unless given
  --minutes M       how long the storm lasts; 2 unless given
  --rate N          new orders a second; 2 unless given
  --records FOLDER  where the record is written; var/chaos unless given
  --brief           only a few kinds of faults, as in the test
  --faults A,B      only faults whose names contain one of these texts
  --keep            keeps the temporary folder with the logs, and prints its name
  --patience S      how long an order may be without progress after the storm; 180 unless given
  --check FILE      checks a record that an earlier run wrote
  --mutant NAME     plants a fault in a copy of Verdict; exit code 1 when the checker overlooks it
`;

const number = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a number from ${min} to ${max}`);
};

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '2' },
      rate: { type: 'string', default: '2' },
      records: { type: 'string', default: 'var/chaos' },
      brief: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      faults: { type: 'string' },
      patience: { type: 'string', default: '180' },
      mutant: { type: 'string' },
      check: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    ...values,
    seed: Math.trunc(number('seed', values.seed, 0, 2 ** 32 - 1)),
    minutes: number('minutes', values.minutes, 0.05, 600),
    rate: number('rate', values.rate, 0.1, 100),
    patience: number('patience', values.patience, 5, 3600),
  };
};

/** The faults of a run. Throws `UsageError` when none has such a name. */
const faultsOf = ({ brief, faults: texts }: { brief: boolean; faults?: string | undefined }) => {
  const all = brief ? briefFaults : allFaults;
  if (texts === undefined) return all;
  const wanted = texts.split(',');
  const some = all.filter(({ name }) => wanted.some((text) => name.includes(text)));
  if (some.length === 0) throw new UsageError(`--faults names no fault: ${texts}`);
  return some;
};

type Arguments = ReturnType<typeof readArguments>;

const run = async (given: Arguments): Promise<boolean> => {
  const { seed, minutes, rate, records, keep } = given;
  const faults = faultsOf(given);
  const stop = watchForStop(process.env, () => {
    killAll();
    process.exit(130);
  });
  const folder = makeTempDir();
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  const recordPath = join(records, `seed-${seed}-${stamp}.jsonl`);
  try {
    const { entries, findings } = await runChaos({
      ...{ seed, seconds: minutes * 60, ordersPerSecond: rate },
      quietLimitMs: given.patience * 1000,
      ...{ folder: folder.path, recordPath, signal: stop.signal, env: process.env },
      ...{ faults, hasOwnDisk: faults.some(({ name }) => name === 'full disk') },
      say: (part, text) => void process.stderr.write(`  · ${part}: ${text}\n`),
    });
    process.stdout.write(reportOf(entries, findings));
    process.stdout.write(`record: ${recordPath}\n`);
    if (findings.length === 0) return true;
    const some = given.faults === undefined ? '' : ` --faults '${given.faults}'`;
    const more = `${given.brief ? ' --brief' : ''}${some}`;
    const again = `npm run chaos -- --seed ${seed} --minutes ${minutes} --rate ${rate}${more}`;
    process.stdout.write(`again: ${again}\n`);
    return false;
  } finally {
    if (keep) process.stdout.write(`logs: ${join(folder.path, 'logs')}\n`);
    else folder.remove();
  }
};

const checkAgain = (path: string): boolean => {
  const entries = readRecord(path);
  const findings = checkRecord(entries);
  process.stdout.write(reportOf(entries, findings));
  return findings.length === 0;
};

const obey = (given: Arguments): boolean | Promise<boolean> => {
  if (given.check !== undefined) return checkAgain(given.check);
  if (given.mutant === undefined) return run(given);
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  return runMutant(given.mutant, { ...given, env: process.env, say });
};

try {
  const given = readArguments();
  if (given.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  process.exit((await obey(given)) ? 0 : 1);
} catch (error) {
  endByError(error, usage);
}
