import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Role, roles } from '../contracts/v1/roles.js';
import { defaultVarDir } from './config.js';
import { ConfigError, type Environment } from './env.js';

const refuse = (problems: readonly string[]): never => {
  throw new ConfigError(problems.map((problem) => `API_KEYS_FILE: ${problem}`));
};

const entriesIn = (text: string): [string, unknown][] => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return Object.entries(value);
    }
  } catch {
    // The parser's own message would quote the file, which holds keys.
  }
  return refuse(['must hold one JSON object, a key for each role']);
};

const isRole = (name: string): name is Role => roles.some((role) => role === name);

/**
 * The place of a key for messages. A name that is not a role may be a misplaced key, so it is not
 * shown.
 */
const placeOf = (name: string, index: number): string =>
  isRole(name) ? name : `entry ${index + 1}`;

const problemsOf = (entries: readonly [string, unknown][]): string[] =>
  entries.flatMap(([name, key], index) => {
    const place = placeOf(name, index);
    if (typeof key !== 'string') return [`the key of ${place} must be a string`];
    if (key.trim() === '') return [`the key of ${place} is empty`];
    const twin = entries.findIndex(([, other]) => other === key);
    if (twin === index) return [];
    return [`${placeOf(entries[twin]?.[0] ?? '', twin)} and ${place} must not share a key`];
  });

/**
 * Every key of a keys file by its name, which need not be a role, and the file's text; undefined
 * when there is no such file. Throws `ConfigError` with every problem and its place, but never a
 * key.
 */
export const readKeysFile = (
  path: string,
): { readonly text: string; readonly keys: readonly [string, string][] } | undefined => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    return refuse(['the file cannot be read']);
  }
  const entries = entriesIn(text);
  const problems = problemsOf(entries);
  return problems.length > 0 ? refuse(problems) : { text, keys: entries as [string, string][] };
};

/** The text of a keys file that only has keys of roles. Throws as `readKeysFile` does. */
export const readLocalKeys = (path: string): string | undefined => {
  const file = readKeysFile(path);
  const strange = (file?.keys ?? []).flatMap(([name], index) =>
    isRole(name) ? [] : [`entry ${index + 1} is of none of the roles ${roles.join(', ')}`],
  );
  return strange.length > 0 ? refuse(strange) : file?.text;
};

/**
 * The text of the keys file that an environment names; undefined in production, or when the default
 * file does not exist: keys made by `npm run keys` need none. Throws `ConfigError`.
 */
export const localKeysIn = (env: Environment): string | undefined => {
  if (env['NODE_ENV'] === 'production') return undefined;
  const named = env['API_KEYS_FILE'];
  const path = named ?? join(env['VAR_DIR'] ?? defaultVarDir, 'keys.json');
  const text = readLocalKeys(resolve(path));
  return text ?? (named === undefined ? undefined : refuse(['the file cannot be read']));
};
