import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Role, roles } from '../contracts/v1/roles.js';
import { readKeysFile } from '../runtime/keys-file.js';

/**
 * Roles with a generated key in a local installation; a team lead's key comes from `npm run keys`.
 */
export const localRoles = roles.filter((role) => role !== 'lead');
export type LocalRole = Exclude<Role, 'lead'>;

const ownerOnly = 0o600;
const keyBytes = 32;

const generateKey = (role: LocalRole): string =>
  `vk_${role}_${randomBytes(keyBytes).toString('base64url')}`;

/**
 * The bearer key of each role in a local installation. Keeps the file's keys, adds missing roles,
 * and makes the file readable by its owner only. Throws `ConfigError` when the file is invalid.
 */
export const ensureKeysFile = (path: string): Readonly<Record<LocalRole, string>> => {
  const found: Record<string, string> = Object.fromEntries(readKeysFile(path)?.keys ?? []);
  const missing = localRoles.filter((role) => found[role] === undefined);
  const added = Object.fromEntries(missing.map((role) => [role, generateKey(role)]));
  const keys = { ...found, ...added } as Record<LocalRole, string>;
  if (missing.length > 0) {
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}.draft`;
    writeFileSync(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: ownerOnly });
    renameSync(draft, path);
  }
  if ((statSync(path).mode & 0o777) !== ownerOnly) chmodSync(path, ownerOnly);
  return keys;
};
