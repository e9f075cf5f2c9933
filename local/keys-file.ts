import { randomBytes } from 'node:crypto';
import { type Role, roles } from '../contracts/v1/roles.js';
import { keysFile } from '../runtime/local-files.js';
import { ensureSecrets } from './ensure-secrets.js';

/**
 * Roles with a generated key in a local installation; a team lead's key comes from `npm run keys`.
 */
export const localRoles = roles.filter((role) => role !== 'lead');
export type LocalRole = Exclude<Role, 'lead'>;

const keyBytes = 32;

const generateKey = (role: LocalRole): string =>
  `vk_${role}_${randomBytes(keyBytes).toString('base64url')}`;

/** The bearer key of each role in a local installation. Throws as `ensureSecrets` does. */
export const ensureKeysFile = (path: string): Readonly<Record<LocalRole, string>> =>
  ensureSecrets(keysFile, path, localRoles, generateKey);
