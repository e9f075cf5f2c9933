import { randomBytes } from 'node:crypto';
import { keysFile } from '../runtime/local-files.js';
import { ensureSecrets } from './ensure-secrets.js';
import { type LocalRole, localRoles } from './local-roles.js';

const keyBytes = 32;

const generateKey = (role: LocalRole): string =>
  `vk_${role}_${randomBytes(keyBytes).toString('base64url')}`;

/** The bearer key of each role in a local installation. Throws as `ensureSecrets` does. */
export const ensureKeysFile = (path: string): Readonly<Record<LocalRole, string>> =>
  ensureSecrets(keysFile, path, localRoles, generateKey);
