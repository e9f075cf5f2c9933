import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { ConfigError } from '../runtime/config-error.js';
import { loadLocalConfig, type LocalConfig } from './config.js';
import type { FromSetup, Setup, ToSetup } from './setup.js';
import { StartFailure } from './start-failure.js';

// The process that `setup.ts` launches: a composition root. Each step loads what it needs, so that
// Postgres and Temporal already start while the SDK loads.

const databaseTimeoutMs = 5000;

let config: LocalConfig | undefined;
const configured = (): LocalConfig => (config ??= loadLocalConfig(process.env));

const steps: Setup = {
  configure: () => {
    const { parts: _, ...plan } = configured();
    return Promise.resolve(plan);
  },
  ensureSecrets: async () => {
    const { ensureKeysFile } = await import('./keys-file.js');
    const { ensureAccountsFile } = await import('./accounts-file.js');
    const keys = ensureKeysFile(configured().keysFile);
    ensureAccountsFile(configured().accountsFile);
    return keys;
  },
  ensureDatabase: async (...args) => {
    const { ensureDatabase } = await import('./postgres-database.js');
    return ensureDatabase(...args);
  },
  isNamespaceKnown: async (...args) => {
    const { isNamespaceKnown } = await import('./temporal-namespace.js');
    return isNamespaceKnown(...args);
  },
  prepareStores: async () => {
    const [{ connectionOptions }, { prepareStores }] = await Promise.all([
      import('../runtime/temporal.js'),
      import('./prepare.js'),
    ]);
    const { DATABASE_URL, TEMPORAL_NAMESPACE, ...rest } = configured().parts;
    await prepareStores(DATABASE_URL.reveal(), connectionOptions(rest), TEMPORAL_NAMESPACE);
  },
  sendAllHere: async () => {
    const { sendAllHere } = await import('./send-all-here.js');
    await sendAllHere(configured().parts);
  },
  createConsoleEntry: async () => {
    const [{ createPool }, { createEntry }] = await Promise.all([
      import('../db/pool.js'),
      import('../services/accounts/sessions.js'),
    ]);
    const databaseUrl = configured().parts.DATABASE_URL.reveal();
    const db = createPool({ databaseUrl, connections: 1, timeoutMs: databaseTimeoutMs });
    try {
      return await createEntry({ db, now: new Date() }, 'admin');
    } catch (error) {
      // The start goes on without it.
      if (error instanceof TemporarilyUnavailable) return undefined;
      throw error;
    } finally {
      await db.end();
    }
  },
};

const faultOf = (error: unknown): NonNullable<FromSetup['fault']> => ({
  name: error instanceof Error ? error.name : 'Error',
  message: error instanceof Error ? error.message : String(error),
  isExplained: error instanceof ConfigError || error instanceof StartFailure,
});

const perform = async ({ call, step, args }: ToSetup): Promise<FromSetup> => {
  try {
    const run = steps[step] as (...given: readonly unknown[]) => Promise<unknown>;
    return { call, result: await run(...args) };
  } catch (error) {
    return { call, fault: faultOf(error) };
  }
};

const answer = async (message: ToSetup): Promise<void> => {
  const result = await perform(message);
  if (process.connected) process.send?.(result);
};

process.on('message', (message: ToSetup) => void answer(message));
process.once('disconnect', () => process.exit());
