import { join, resolve } from 'node:path';
import { UsageError } from '../../local/command.js';
import { launch } from '../../local/managed-process.js';
import { makeTempDir } from '../../test/support/temp-dir.js';
import { mutants } from './mutants.js';
import { plant } from './plant.js';

/** How long an order of a mutant may be without progress: a healthy one takes some seconds. */
const patienceSeconds = 45;

interface MutantRun {
  readonly seed: number;
  readonly records: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (text: string) => void;
}

/** The broken promises in the report of a storm, with how often each. */
const brokenPromises = (lines: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const rule = /^✗ ([a-z-]+): /.exec(line)?.[1];
    if (rule !== undefined) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  return counts;
};

/**
 * Plants a fault in a copy of the product and lets the storm loose on it; true when the checker
 * noticed. Throws `UsageError` for a name that is none.
 */
export const runMutant = async (name: string, { seed, records, env, say }: MutantRun) => {
  const mutant = mutants[name];
  if (mutant === undefined) {
    throw new UsageError(`--mutant must be one of ${Object.keys(mutants).join(', ')}`);
  }
  const { minutes, ordersPerSecond, faults } = mutant.storm;
  const folder = makeTempDir();
  const lines: string[] = [];
  const startMs = performance.now();
  try {
    plant(mutant, folder.path);
    const storm = [
      ...['--seed', String(seed), '--minutes', String(minutes), '--rate', String(ordersPerSecond)],
      ...['--faults', faults, '--patience', String(patienceSeconds), '--records', resolve(records)],
    ];
    const program = [join(folder.path, 'launcher', 'main.mjs'), 'chaos/main.ts', ...storm];
    const run = launch([process.execPath, ...program], {
      ...{ cwd: folder.path, env },
      onLine: (line) => {
        lines.push(line);
        say(line);
      },
    });
    await run.exited;
  } finally {
    folder.remove();
  }
  const seconds = Math.round((performance.now() - startMs) / 1000);
  const broken = [...brokenPromises(lines)].map(([rule, count]) => `${rule} (${count})`);
  const noticed = broken.length === 0 ? 'not noticed' : `noticed by ${broken.join(', ')}`;
  say(`mutant ${name}, ${mutant.about}: ${noticed}, ${seconds} s`);
  return broken.length > 0;
};
