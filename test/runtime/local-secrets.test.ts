import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseKeyring } from '../../runtime/keyring.js';
import { ensureLocalSecrets } from '../../runtime/local-secrets.js';
import { Secret } from '../../runtime/secret.js';
import { startChild } from '../support/child.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

const script = fileURLToPath(new URL('print-local-secrets.ts', import.meta.url));

let folder: TempDir;

beforeEach(() => {
  folder = makeTempDir();
});

afterEach(() => folder.remove());

describe('the keys of a local installation', () => {
  it('are created once, and are usable keys', () => {
    const varDir = join(folder.path, 'deep', 'var');
    const first = ensureLocalSecrets(varDir);
    expect(ensureLocalSecrets(varDir)).toEqual(first);
    expect(new Set(Object.values(first)).size).toBe(3);
    for (const name of ['CARD_TOKEN_KEYS', 'PAYLOAD_KEYS']) {
      expect(parseKeyring(new Secret(first[name] ?? '')).current.bytes).toHaveLength(32);
    }
    expect(Buffer.from(first['PARTNER_TOKEN_KEY'] ?? '', 'base64')).toHaveLength(32);
  });

  it('can be read by their owner only, and nothing else is left in the folder', () => {
    ensureLocalSecrets(folder.path);
    const secrets = join(folder.path, 'secrets');
    const names = readdirSync(secrets).toSorted();
    expect(names).toEqual(['CARD_TOKEN_KEYS', 'PARTNER_TOKEN_KEY', 'PAYLOAD_KEYS']);
    const modes = [secrets, ...names.map((name) => join(secrets, name))].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  it('are the same for processes that create them concurrently', async () => {
    const children = Array.from({ length: 3 }, () => startChild(script, { VAR_DIR: folder.path }));
    try {
      await Promise.all(children.map((child) => child.printed('keys ')));
      const seen = children.flatMap((child) => child.lines);
      expect(new Set(seen).size).toBe(1);
      expect(seen[0]).toBe(`keys ${JSON.stringify(ensureLocalSecrets(folder.path))}`);
    } finally {
      await Promise.all(children.map((child) => child.end()));
    }
  });
});
