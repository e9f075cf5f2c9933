import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import {
  type Environment,
  parseEnvironment,
  port,
  secret,
  withSecretFiles,
} from '../../runtime/env.js';
import { StartFailure } from '../start-failure.js';

const Variables = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.prefault('8080'),
  VAR_DIR: z.string().min(1).default('./var'),
  API_KEYS_FILE: z.string().min(1).optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_UI_PORT: port.prefault('8233'),
  DATABASE_URL: secret.optional(),
  PGPORT: port.prefault('54329'),
});

const Keys = z.object({ oms: z.string().min(1), reviewer: z.string().min(1) });

/** The running instance that the demo calls. */
export interface Target {
  readonly url: string;
  readonly keys: z.output<typeof Keys>;
  readonly keysFile: string;
  readonly databaseUrl: string;
  /** Undefined when the Temporal server is not the local one. */
  readonly temporalUiUrl: string | undefined;
}

const readKeys = (path: string): z.output<typeof Keys> => {
  const shown = relative(process.cwd(), path);
  const how = 'Start Verdict with `npm start` first, or set VAR_DIR or API_KEYS_FILE.';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new StartFailure(`There is no keys file at ${shown}. ${how}`);
  }
  try {
    return Keys.parse(JSON.parse(text));
  } catch {
    // The parser's own message would quote the file, which holds keys.
    throw new StartFailure(`${shown} must hold a JSON object with the keys of oms and reviewer.`);
  }
};

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false,
  );

/**
 * Finds the instance that the environment names. Throws `ConfigError`, or `StartFailure` when its
 * keys file does not exist or nothing answers.
 */
export const findTarget = async (env: Environment): Promise<Target> => {
  const values = parseEnvironment(Variables, withSecretFiles(env, ['DATABASE_URL']));
  const host = ['0.0.0.0', '::'].includes(values.HOST) ? '127.0.0.1' : values.HOST;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${values.PORT}`;
  const keysFile = resolve(values.API_KEYS_FILE ?? join(values.VAR_DIR, 'keys.json'));
  const keys = readKeys(keysFile);
  if (!(await isUp(url))) {
    const how = 'Start Verdict with `npm start` first, or set HOST and PORT.';
    throw new StartFailure(`Nothing answers at ${url}. ${how}`);
  }
  const isOwnTemporal = values.TEMPORAL_ADDRESS === undefined;
  const temporalUiUrl = isOwnTemporal ? `http://127.0.0.1:${values.TEMPORAL_UI_PORT}` : undefined;
  const ownDatabase = `postgres://verdict@127.0.0.1:${values.PGPORT}/verdict`;
  const databaseUrl = values.DATABASE_URL?.reveal() ?? ownDatabase;
  return { url, keys, keysFile, databaseUrl, temporalUiUrl };
};
