import { chmodSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readSecretsFile, type SecretsFile } from '../runtime/secrets-file.js';

const ownerOnly = 0o600;

/**
 * The secret of each of `names` in a local file. Keeps the file's secrets, adds missing ones, and
 * makes the file readable by its owner only. Throws `ConfigError` when the file is invalid.
 */
export const ensureSecrets = <Name extends string>(
  file: SecretsFile,
  path: string,
  names: readonly Name[],
  generate: (name: Name) => string,
): Readonly<Record<Name, string>> => {
  const found: Record<string, string> = Object.fromEntries(
    readSecretsFile(file, path)?.entries ?? [],
  );
  const missing = names.filter((name) => found[name] === undefined);
  const added = Object.fromEntries(missing.map((name) => [name, generate(name)]));
  const secrets = { ...found, ...added } as Record<Name, string>;
  if (missing.length > 0) {
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.${process.pid}.draft`;
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: ownerOnly });
    renameSync(draft, path);
  }
  if ((statSync(path).mode & 0o777) !== ownerOnly) chmodSync(path, ownerOnly);
  return secrets;
};
