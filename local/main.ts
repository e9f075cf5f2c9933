import { join } from 'node:path';
import { ConfigError } from '../runtime/config-error.js';
import { takeLock } from './lock.js';
import { killAll } from './managed-process.js';
import { localParts } from './parts.js';
import { refuseBusyPorts } from './ports.js';
import { type Plan, SetupProcess } from './setup.js';
import { StartFailure } from './start-failure.js';
import { watchForStop } from './stop-request.js';
import { writeSummary } from './summary.js';
import { Supervisor } from './supervisor.js';
import { findTemporalCli } from './temporal-cli.js';
import { createTerminal } from './terminal.js';

const startedAt = Date.now();
const terminal = createTerminal(process.stdout, process.env);

const holdVarDir = ({ varDir }: Plan): void => {
  const lock = takeLock(join(varDir, 'lock'));
  if (!lock.held) {
    throw new StartFailure(
      `Verdict already runs on ${varDir} (process ${lock.by.pid}). ` +
        'Stop it first, or set VAR_DIR and the ports to run a second one.',
    );
  }
  process.once('exit', lock.release);
};

const main = async (): Promise<void> => {
  const stop = watchForStop(process.env, () => {
    killAll();
    process.exit(130);
  });
  const setup = new SetupProcess((line) => void process.stderr.write(`${line}\n`));
  const plan = await setup.steps.configure();
  holdVarDir(plan);
  await refuseBusyPorts(plan.ports);
  const keys = await setup.steps.ensureSecrets();
  terminal.write('\n');
  const say = (line: string) => terminal.say('temporal', line);
  const temporalCli = plan.temporal
    ? await findTemporalCli(process.env, say, { signal: stop.signal })
    : undefined;
  stop.signal.throwIfAborted();

  const supervisor = new Supervisor(
    localParts(plan, setup.steps, { temporalCli, terminal }),
    terminal.say,
  );
  const stopped = stop.requested.then(async (reason) => {
    const stoppingAt = Date.now();
    terminal.write(`\n  ${reason}: stopping everything …\n`);
    await supervisor.stop();
    const seconds = ((Date.now() - stoppingAt) / 1000).toFixed(1);
    terminal.write(`  Stopped in ${seconds} s. The state is kept in ${plan.varDir}\n`);
  });
  try {
    await supervisor.ready;
    const entry = terminal.isInteractive ? await setup.steps.createConsoleEntry() : undefined;
    setup.startIsOver();
    writeSummary(plan, { keys, entry }, Date.now() - startedAt, terminal);
  } catch (error) {
    if (!stop.signal.aborted) {
      await supervisor.stop();
      throw error;
    }
  }
  await stopped;
};

try {
  await main();
  process.exit(0);
} catch (error) {
  const isExplained = error instanceof ConfigError || error instanceof StartFailure;
  const isStopped = error instanceof Error && error.name === 'AbortError';
  if (!isStopped) process.stderr.write(isExplained ? `\n${error.message}\n` : `${String(error)}\n`);
  process.exit(isStopped ? 0 : 1);
}
