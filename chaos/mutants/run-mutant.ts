import { join, resolve } from 'node:path';
import { UsageError } from '../../local/command.js';
import { launch } from '../../local/managed-process.js';
import { makeTempDir } from '../../test/support/temp-dir.js';
import { grouped } from '../grouped.js';
import { mutants } from './mutants.js';
import { plant } from './plant.js';

interface MutantRun {
  readonly seed: number;
  readonly records: string;
  /** How many seconds an order may be without progress once the storm is over. */
  readonly patience: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (text: string) => void;
}

/** The promises of some findings, with how often each is broken. */
const countsOf = (findings: readonly string[]): string =>
  [...grouped(findings, (text) => text.slice(0, text.indexOf(':')))]
    .map(([rule, some]) => `${rule} (${some.length})`)
    .join(', ') || 'none';

/**
 * Plants a fault in a copy of the product and lets the storm loose on it; true when the checker
 * noticed what the fault breaks. Throws `UsageError` for a name that is none.
 */
export const runMutant = async (name: string, given: MutantRun): Promise<boolean> => {
  const mutant = mutants[name];
  if (mutant === undefined) {
    throw new UsageError(`--mutant must be one of ${Object.keys(mutants).join(', ')}`);
  }
  const { env, say } = given;
  const { minutes, ordersPerSecond, faults } = mutant.storm;
  const folder = makeTempDir();
  const lines: string[] = [];
  const startMs = performance.now();
  try {
    plant(mutant, folder.path);
    const storm = [
      ...['--seed', String(given.seed), '--minutes', String(minutes), '--faults', faults],
      ...['--rate', String(ordersPerSecond), '--patience', String(given.patience)],
      ...['--records', resolve(given.records)],
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
  const findings = lines.flatMap((line) => /^✗ ([a-z-]+: .*)/.exec(line)?.[1] ?? []);
  const own = findings.filter((text) => mutant.findings.test(text));
  const others = findings.filter((text) => !mutant.findings.test(text));
  const result = own.length === 0 ? 'overlooked' : `noticed by ${countsOf(own)}`;
  say(`mutant ${name}: ${mutant.about}`);
  say(`${result}; other findings: ${countsOf(others)}; ${seconds} s`);
  return own.length > 0;
};
