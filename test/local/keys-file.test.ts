import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureKeysFile } from '../../local/keys-file.js';
import { localRoles } from '../../local/local-roles.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

describe('the keys file of a local installation', () => {
  let folder: TempDir;
  let path: string;

  beforeEach(() => {
    folder = makeTempDir();
    path = join(folder.path, 'deeper', 'keys.json');
  });
  afterEach(() => folder.remove());

  const written = (): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const write = (content: string, mode = 0o600) => {
    path = join(folder.path, 'keys.json');
    writeFileSync(path, content, { mode });
  };

  it('holds a different key for every role, readable by its owner only', () => {
    const keys = ensureKeysFile(path);
    expect(written()).toEqual(keys);
    for (const role of localRoles) {
      expect(keys[role]).toMatch(new RegExp(`^vk_${role}_[A-Za-z0-9_-]{43}$`));
    }
    expect(new Set(Object.values(keys)).size).toBe(localRoles.length);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('never changes a key on a later start', () => {
    const first = ensureKeysFile(path);
    expect(ensureKeysFile(path)).toEqual(first);
  });

  it('uses given keys, adds the missing roles and leaves no draft', () => {
    write('{"oms": "given-by-hand", "other": "kept"}');
    const keys = ensureKeysFile(path);
    expect(keys.oms).toBe('given-by-hand');
    expect(written()).toMatchObject({ oms: 'given-by-hand', other: 'kept', admin: keys.admin });
    expect(readdirSync(folder.path)).toEqual(['keys.json']);
  });

  it('is closed to others when it was open to them', () => {
    write('{"oms": "given-by-hand"}', 0o644);
    ensureKeysFile(path);
    ensureKeysFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['what is not JSON', '{"oms": vk_secret', 'must hold one JSON object'],
    ['what is not an object', '["vk_secret"]', 'must hold one JSON object'],
    ['an empty key', '{"oms": " ", "admin": "vk_secret"}', 'the key of oms is empty'],
    ['one key for two roles', '{"oms": "vk_secret", "admin": "vk_secret"}', 'oms and admin'],
  ])('refuses %s by the name of its variable and without showing a key', (_, content, problem) => {
    write(content);
    expect(() => ensureKeysFile(path)).toThrow(problem);
    expect(() => ensureKeysFile(path)).toThrow('API_KEYS_FILE');
    expect(() => ensureKeysFile(path)).not.toThrow('vk_secret');
    expect(readFileSync(path, 'utf8')).toBe(content);
  });
});
