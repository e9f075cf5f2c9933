import { readFileSync } from 'node:fs';
import { ConfigError } from './env.js';

/** A file that holds one JSON object: a secret for each of several names. */
export interface SecretsFile {
  /** The variable that names the file. */
  readonly variable: string;
  /** What the file holds for each name: `key`. */
  readonly secret: string;
  /** What the names are, in singular and plural: `role`, `roles`. */
  readonly holder: string;
  readonly holders: string;
  readonly names: readonly string[];
  /** Whether two names may have the same secret. */
  readonly mayShare: boolean;
}

/** The file's text, and every secret in it by its name, which need not be a known one. */
export interface Secrets {
  readonly text: string;
  readonly entries: readonly [string, string][];
}

const refuse = ({ variable }: SecretsFile, problems: readonly string[]): never => {
  throw new ConfigError(problems.map((problem) => `${variable}: ${problem}`));
};

const entriesIn = (file: SecretsFile, text: string): [string, unknown][] => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return Object.entries(value);
    }
  } catch {
    // The parser's own message would quote the file, which holds secrets.
  }
  return refuse(file, [`must hold one JSON object, a ${file.secret} for each ${file.holder}`]);
};

/**
 * The place of a secret for messages. An unknown name may be a misplaced secret, so it is not
 * shown.
 */
const placeOf = ({ names }: SecretsFile, name: string, index: number): string =>
  names.includes(name) ? name : `entry ${index + 1}`;

const problemsOf = (file: SecretsFile, entries: readonly [string, unknown][]): string[] =>
  entries.flatMap(([name, secret], index) => {
    const what = `the ${file.secret} of ${placeOf(file, name, index)}`;
    if (typeof secret !== 'string') return [`${what} must be a string`];
    if (secret.trim() === '') return [`${what} is empty`];
    const twin = entries.findIndex(([, other]) => other === secret);
    if (twin === index || file.mayShare) return [];
    const first = placeOf(file, entries[twin]?.[0] ?? '', twin);
    return [`${first} and ${placeOf(file, name, index)} must not share a ${file.secret}`];
  });

/**
 * Reads a file of secrets; undefined when there is none. Throws `ConfigError` with every problem
 * and its place, but never a secret.
 */
export const readSecretsFile = (file: SecretsFile, path: string): Secrets | undefined => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    return refuse(file, ['the file cannot be read']);
  }
  const entries = entriesIn(file, text);
  const problems = problemsOf(file, entries);
  return problems.length > 0
    ? refuse(file, problems)
    : { text, entries: entries as [string, string][] };
};

/** The text of a file that has secrets of known names only. Throws as `readSecretsFile` does. */
export const readKnownSecrets = (file: SecretsFile, path: string): string | undefined => {
  const found = readSecretsFile(file, path);
  const strange = (found?.entries ?? []).flatMap(([name], index) =>
    file.names.includes(name)
      ? []
      : [`entry ${index + 1} is of none of the ${file.holders} ${file.names.join(', ')}`],
  );
  return strange.length > 0 ? refuse(file, strange) : found?.text;
};

/** As `readKnownSecrets`, and throws `ConfigError` when there is no such file. */
export const readNamedSecrets = (file: SecretsFile, path: string): string =>
  readKnownSecrets(file, path) ?? refuse(file, ['the file cannot be read']);
