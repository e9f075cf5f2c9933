import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Role, roles } from '../contracts/v1/roles.js';
import { ConfigError } from '../runtime/env.js';

/** Roles that a local installation makes a key for; `npm run keys` makes one for a team lead. */
export const localRoles = roles.filter((role) => role !== 'lead');
export type LocalRole = Exclude<Role, 'lead'>;

const ownerOnly = 0o600;
const keyBytes = 32;

const generateKey = (role: LocalRole): string =>
  `vk_${role}_${randomBytes(keyBytes).toString('base64url')}`;

const refuse = (problem: string): never => {
  throw new ConfigError([`API_KEYS_FILE: ${problem}`]);
};

const parse = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // The parser's own message would quote the file, which holds keys.
  }
  return refuse('must hold one JSON object, a key for each role');
};

const readKeys = (path: string): Record<string, string> => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    return refuse('cannot be read');
  }
  const keys: Record<string, string> = {};
  for (const [role, key] of Object.entries(parse(text))) {
    if (typeof key !== 'string' || key.trim() === '') return refuse(`the key of ${role} is empty`);
    const twin = Object.keys(keys).find((other) => keys[other] === key);
    if (twin !== undefined) return refuse(`${twin} and ${role} must not share a key`);
    keys[role] = key;
  }
  return keys;
};

/**
 * The bearer key of each role on a local installation. Keys that the file holds are used, missing
 * roles are added, and only its owner can read it. Throws `ConfigError` when it cannot be used.
 */
export const ensureKeysFile = (path: string): Readonly<Record<LocalRole, string>> => {
  const found = readKeys(path);
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
