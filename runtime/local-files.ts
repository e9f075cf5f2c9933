import { join, resolve } from 'node:path';
import { localAccountNames } from '../contracts/v1/accounts.js';
import { roles } from '../contracts/v1/roles.js';
import { defaultVarDir } from './config.js';
import type { Environment } from './env.js';
import { readKnownSecrets, readNamedSecrets, type SecretsFile } from './secrets-file.js';

/** `keys.json`: the bearer key of each role in a local installation. */
export const keysFile: SecretsFile = {
  variable: 'API_KEYS_FILE',
  ...{ secret: 'key', holder: 'role', holders: 'roles' },
  names: roles,
  mayShare: false,
};

/** `accounts.json`: the password of each account in a local installation. */
export const accountsFile: SecretsFile = {
  variable: 'ACCOUNTS_FILE',
  ...{ secret: 'password', holder: 'account', holders: 'accounts' },
  names: localAccountNames,
  mayShare: true,
};

/**
 * The text of a local file that an environment names; undefined in production, or when the default
 * file does not exist: what `npm run keys` and `npm run accounts` make needs none. Throws
 * `ConfigError`.
 */
const localTextIn = (env: Environment, file: SecretsFile, name: string): string | undefined => {
  if (env['NODE_ENV'] === 'production') return undefined;
  const named = env[file.variable];
  if (named !== undefined) return readNamedSecrets(file, resolve(named));
  return readKnownSecrets(file, resolve(join(env['VAR_DIR'] ?? defaultVarDir, name)));
};

/** The text of the local keys file, if there is one to be read. Throws `ConfigError`. */
export const localKeysIn = (env: Environment): string | undefined =>
  localTextIn(env, keysFile, 'keys.json');

/** The text of the local accounts file, if there is one to be read. Throws `ConfigError`. */
export const localAccountsIn = (env: Environment): string | undefined =>
  localTextIn(env, accountsFile, 'accounts.json');
