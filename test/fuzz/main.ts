import { parseArgs } from 'node:util';
import { type Finding, fuzz, hasGrown, type Outcome } from './run.js';
import type { Target } from './target.js';
import { startServers } from './servers.js';
import { createServed } from './targets/served.js';
import { targets as inProcess } from './targets.js';

const targets = [...inProcess, createServed(startServers)];

const usage = `Usage: npm run fuzz -- [--cases N] [--seed S] [--only NAME ...]

  Sends right, wrong and odd documents of every wire format to the code that reads them.

  --cases N    how many in all, 100,000 unless given; each format gets its share
  --seed S     where to begin; every thousand cases of a format have a seed of their own
  --only NAME  ${targets.map(({ name }) => name).join(', ')}
               all, one after the other, unless given
`;

const readArguments = () => {
  const { cases, seed, only, help } = parseArgs({
    options: {
      cases: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  const chosen = targets.filter(({ name }) => only?.includes(name) ?? true);
  const numbers = { cases: Number(cases), seed: Number(seed) };
  const isWrong = !Object.values(numbers).every((one) => Number.isSafeInteger(one) && one >= 0);
  return { ...numbers, chosen, help: help || isWrong || chosen.length === 0 };
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const sayFinding = ({ target, seed, cases, message, smallest }: Finding): void => {
  say(`\n  ✗ ${target}: ${message}`);
  say(`    smallest case: ${smallest}`);
  say(`    again: npm run fuzz -- --only ${target} --seed ${seed} --cases ${cases}\n`);
};

const sayOutcome = (target: Target, outcome: Outcome, tookMs: number): void => {
  const { cases, findings, counts, longestMs, grownBytes } = outcome;
  const kinds = Object.entries(counts)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${name}: ${count}`);
  say(
    `  ${target.name}: ${cases} cases in ${Math.round(tookMs / 1000)} s, ` +
      `${findings.length} seeds with a finding, longest ${Math.round(longestMs)} ms, ` +
      `${(grownBytes / 1e6).toFixed(1)} MB more in memory (${kinds.join(', ')})`,
  );
};

const run = async ({ chosen, cases, seed }: ReturnType<typeof readArguments>) => {
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  let isSound = true;
  for (const target of chosen) {
    const from = performance.now();
    const outcome = await fuzz(target, { seed, cases: Math.ceil((cases * target.share) / shares) });
    for (const finding of outcome.findings) sayFinding(finding);
    sayOutcome(target, outcome, performance.now() - from);
    if (hasGrown(outcome)) say(`  ✗ ${target.name}: memory grows with the cases`);
    isSound &&= outcome.findings.length === 0 && !hasGrown(outcome);
  }
  return isSound;
};

const given = readArguments();
if (given.help) say(usage);
process.exit(given.help ? 2 : (await run(given)) ? 0 : 1);
