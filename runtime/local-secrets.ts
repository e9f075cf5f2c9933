import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const localSecretNames = ['CARD_TOKEN_KEYS', 'PAYLOAD_KEYS', 'PARTNER_TOKEN_KEY'] as const;

const generate = (name: (typeof localSecretNames)[number]): string => {
  const key = randomBytes(32).toString('base64');
  return name === 'PARTNER_TOKEN_KEY' ? key : `local-1:${key}`;
};

/** Creates the file atomically; an existing file stays. */
const createOnce = (path: string, content: string): void => {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
};

/**
 * The keys of a local installation, generated once into `<varDir>/secrets` (mode 0600) and then
 * read from there. Never used with `NODE_ENV=production`.
 */
export const ensureLocalSecrets = (varDir: string): Record<string, string> => {
  const folder = join(varDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return Object.fromEntries(
    localSecretNames.map((name) => {
      const path = join(folder, name);
      createOnce(path, generate(name));
      return [name, readFileSync(path, 'utf8').trim()];
    }),
  );
};
