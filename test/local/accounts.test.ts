import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { localAccountNames } from '../../contracts/v1/accounts.js';
import { ensureAccountsFile } from '../../local/accounts-file.js';
import { loadLocalConfig } from '../../local/config.js';
import { commandOf } from '../../runtime/launcher.js';
import { localAccountsIn } from '../../runtime/local-files.js';
import { createDesk } from '../services/accounts-fixture.js';
import { createMigratedDatabase, openTestPool } from '../support/postgres.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

describe('the accounts file of a local installation', () => {
  let folder: TempDir;
  let path: string;
  beforeEach(() => {
    folder = makeTempDir();
    path = join(folder.path, 'accounts.json');
  });
  afterEach(() => folder.remove());

  it('holds a different password for every account, readable by its owner only', () => {
    const passwords = ensureAccountsFile(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(passwords);
    expect(Object.keys(passwords)).toEqual(localAccountNames);
    expect(new Set(Object.values(passwords)).size).toBe(localAccountNames.length);
    for (const password of Object.values(passwords)) expect(password).toMatch(/^[\w-]{24}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(ensureAccountsFile(path)).toEqual(passwords);
  });

  it('keeps what a person wrote into it, also one password for two accounts', () => {
    writeFileSync(path, '{"reviewer": "given", "reviewer2": "given"}', { mode: 0o644 });
    expect(ensureAccountsFile(path)).toMatchObject({ reviewer: 'given', reviewer2: 'given' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(localAccountsIn({ VAR_DIR: folder.path })).toContain('"given"');
    expect(localAccountsIn({ VAR_DIR: folder.path, NODE_ENV: 'production' })).toBeUndefined();
  });

  it.each([
    ['{"reviewer": hunter2', 'must hold one JSON object, a password for each account'],
    ['{"reviewer": 5}', 'the password of reviewer must be a string'],
    ['{"lead": ""}', 'the password of lead is empty'],
    ['{"hunter2": "x"}', 'entry 1 is of none of the accounts reviewer, reviewer2, lead,'],
  ])('that holds %j stops the start by its variable, and shows no value', (content, problem) => {
    writeFileSync(path, content);
    for (const read of [
      () => loadLocalConfig({ VAR_DIR: folder.path }),
      () => localAccountsIn({ ACCOUNTS_FILE: path }),
    ]) {
      expect(read).toThrow(`ACCOUNTS_FILE: ${problem}`);
      expect(read).not.toThrow('hunter2');
    }
  });
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('npm run accounts', () => {
  let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
  let db: pg.Pool;
  beforeAll(async () => {
    database = await createMigratedDatabase(inject('postgresUrl'));
    db = openTestPool(database.url, 2);
  });
  afterAll(async () => {
    await db?.end();
    await database?.drop();
  });

  const accounts = (args: readonly string[], input = ''): Promise<Run> =>
    new Promise((resolve) => {
      const [program, ...rest] = commandOf('local/accounts-main.ts', ...args);
      const env = { PATH: process.env['PATH'], DATABASE_URL: database.url };
      const child = execFile(program, rest, { cwd: root, env }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), out, err }),
      );
      child.stdin?.end(input);
    });

  it('makes, changes and ends accounts; a password is on stdout alone or never shown', async () => {
    const desk = createDesk(db);
    const [first, given] = await Promise.all([
      accounts(['create', 'ann', 'admin', '--display-name', 'Ann Berg']),
      accounts(['create', 'bo', 'reviewer', '--password-stdin'], 'a lamp over the quay\n'),
    ]);
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^[a-z2-9-]{23}\n$/) });
    expect(first.err).not.toContain(first.out.trim());
    expect(given).toMatchObject({ code: 0, out: 'bo can sign in.\n', err: '' });
    expect(await desk.signIn('ann', first.out.trim())).toMatchObject({
      session: { account: { displayName: 'Ann Berg', role: 'admin' }, mustChangePassword: true },
    });
    expect(await desk.signIn('bo', 'a lamp over the quay')).toMatchObject({
      session: { mustChangePassword: false },
    });
    const [again, last, listed] = await Promise.all([
      accounts(['create', 'bo', 'lead']),
      accounts(['disable', 'ann']),
      accounts(['list']),
    ]);
    expect(again).toMatchObject({ code: 1, err: 'There is an account bo already.\n' });
    expect(last.err).toBe('ann is the last administrator: make another one first.\n');
    expect(listed.out).toMatch(/^ann +admin +\d{4}-.* UTC +has to change the password$/m);
    expect(await accounts(['disable', 'bo'])).toMatchObject({ code: 0 });
    expect((await desk.signIn('bo', 'a lamp over the quay')).kind).toBe('refused');
  });

  it.each([
    [['create', 'Bo Berg', 'lead'], 'NAME must have 1 to 32 characters'],
    [['create', 'bo', 'oms'], 'the roles are reviewer, lead'],
    [['reset', 'bo', '--password-stdin'], 'only create takes options'],
  ])('%j is refused with the usage and exit code 2', async (args, told) => {
    const { code, out, err } = await accounts(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(told);
    expect(err).toContain('Usage:');
  });
});
