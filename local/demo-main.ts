import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigError } from '../runtime/env.js';
import { createDemoClient } from './demo/client.js';
import { type MovedOrder, moveTimes } from './demo/move-times.js';
import { countWithScenes } from './demo/plan.js';
import { showProgress } from './demo/progress.js';
import { type DemoPlan, runDemo } from './demo/run.js';
import { streamOrders } from './demo/stay.js';
import { writeDemoSummary } from './demo/summary.js';
import { findTarget } from './demo/target.js';
import { isUsageError, UsageError } from './command.js';
import { StartFailure } from './start-failure.js';
import { watchForStop } from './stop-request.js';
import { createTerminal } from './terminal.js';

const usage = `Usage: npm run demo -- [--count N] [--rate N] [--seed N] [--stay]

  Fills the desk of the instance that runs on HOST and PORT: sends a believable stream of orders,
  then works on their cases as reviewers do and leaves some fifty open.

  --count N   orders to send, 1 to 10000; 160 unless given. From ${countWithScenes} on, they tell
              linked stories: rings, an account takeover, a card test, misread gifts
  --stay      goes on with an order every five seconds until Ctrl-C
  --rate N    orders a second, 1 to 200; 10 unless given
  --seed N    the same seed tells the same stories of the same people: sent twice, their orders
              are repeats to the rules; another one each time unless given
`;

const wholeNumber = (name: string, text: string, min: number, max: number): number => {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}`);
};

const readPlan = (args: string[]): (DemoPlan & { readonly stay: boolean }) | 'help' => {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '160' },
      rate: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(randomInt(2 ** 32)) },
      stay: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  return {
    count: wholeNumber('count', values.count, 1, 10_000),
    perSecond: wholeNumber('rate', values.rate, 1, 200),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    stay: values.stay,
  };
};

const main = async (): Promise<void> => {
  const plan = readPlan(process.argv.slice(2));
  if (plan === 'help') {
    process.stdout.write(usage);
    return;
  }
  const terminal = createTerminal(process.stdout, process.env);
  const target = await findTarget(process.env);
  const { count, perSecond } = plan;
  terminal.write(`\n  ${count} orders to ${target.url}, ${perSecond} a second\n\n`);
  const client = createDemoClient(target);
  const tools = {
    client,
    startProgress: (what: string, total: number) => showProgress(terminal, what, total),
    moveTimes: (orders: readonly MovedOrder[]) => moveTimes(target.databaseUrl, orders),
  };
  writeDemoSummary(await runDemo(tools, plan), target, terminal);
  if (!plan.stay) return;
  const stop = watchForStop(process.env, () => process.exit(130));
  await streamOrders(client, plan.seed, terminal, stop.signal);
};

try {
  await main();
} catch (error) {
  if (isUsageError(error)) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  if (!(error instanceof ConfigError || error instanceof StartFailure)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
}
