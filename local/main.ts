import { join } from 'node:path';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { createPool } from '../db/pool.js';
import { ConfigError } from '../runtime/env.js';
import { createEntry } from '../services/accounts/sessions.js';
import { ensureAccountsFile } from './accounts-file.js';
import { loadLocalConfig, type LocalConfig } from './config.js';
import { ensureKeysFile } from './keys-file.js';
import { takeLock } from './lock.js';
import { killAll } from './managed-process.js';
import { localParts } from './parts.js';
import { refuseBusyPorts } from './ports.js';
import { StartFailure } from './start-failure.js';
import { watchForStop } from './stop-request.js';
import { writeSummary } from './summary.js';
import { Supervisor } from './supervisor.js';
import { findTemporalCli } from './temporal-cli.js';
import { createTerminal } from './terminal.js';

const startedAt = Date.now();
const terminal = createTerminal(process.stdout, process.env);

const holdVarDir = (config: LocalConfig): void => {
  const lock = takeLock(join(config.varDir, 'lock'));
  if (!lock.held) {
    throw new StartFailure(
      `Verdict already runs on ${config.varDir} (process ${lock.by.pid}). ` +
        'Stop it first, or set VAR_DIR and the ports to run a second one.',
    );
  }
  process.once('exit', lock.release);
};

const databaseTimeoutMs = 5000;

/**
 * The token of a link that signs in to the console once; undefined when it cannot be made, as when
 * `admin` is disabled. The start goes on without it.
 */
const createConsoleEntry = async ({ parts }: LocalConfig): Promise<string | undefined> => {
  const databaseUrl = parts.DATABASE_URL.reveal();
  const db = createPool({ databaseUrl, connections: 1, timeoutMs: databaseTimeoutMs });
  try {
    return await createEntry({ db, now: new Date() }, 'admin');
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return undefined;
    throw error;
  } finally {
    await db.end();
  }
};

const main = async (): Promise<void> => {
  const stop = watchForStop(process.env, () => {
    killAll();
    process.exit(130);
  });
  const config = loadLocalConfig(process.env);
  holdVarDir(config);
  await refuseBusyPorts(config.ports);
  const keys = ensureKeysFile(config.keysFile);
  ensureAccountsFile(config.accountsFile);
  terminal.write('\n');
  const say = (line: string) => terminal.say('temporal', line);
  const temporalCli = config.temporal
    ? await findTemporalCli(process.env, say, { signal: stop.signal })
    : undefined;
  stop.signal.throwIfAborted();

  const supervisor = new Supervisor(localParts(config, temporalCli, terminal), terminal.say);
  const stopped = stop.requested.then(async (reason) => {
    const stoppingAt = Date.now();
    terminal.write(`\n  ${reason}: stopping everything …\n`);
    await supervisor.stop();
    const seconds = ((Date.now() - stoppingAt) / 1000).toFixed(1);
    terminal.write(`  Stopped in ${seconds} s. The state is kept in ${config.varDir}\n`);
  });
  try {
    await supervisor.ready;
    const entry = terminal.isInteractive ? await createConsoleEntry(config) : undefined;
    writeSummary(config, { keys, entry }, Date.now() - startedAt, terminal);
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
