import { randomBytes } from 'node:crypto';
import { type LocalAccount, localAccountNames } from '../contracts/v1/accounts.js';
import { accountsFile } from '../runtime/local-files.js';
import { ensureSecrets } from './ensure-secrets.js';

const passwordBytes = 18;

/** The password of each account in a local installation. Throws as `ensureSecrets` does. */
export const ensureAccountsFile = (path: string): Readonly<Record<LocalAccount, string>> =>
  ensureSecrets(accountsFile, path, localAccountNames, () =>
    randomBytes(passwordBytes).toString('base64url'),
  );
