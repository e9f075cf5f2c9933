import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { roles } from '../../contracts/v1/roles.js';
import { authenticateKey } from '../../services/keys.js';
import { commandOf } from '../../runtime/launcher.js';
import { freePort } from '../support/ports.js';
import { createDatabase, createMigratedDatabase, openTestPool } from '../support/postgres.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const runKeys = (args: string[], env: Record<string, string>): Promise<Run> =>
  new Promise((resolve) => {
    const [program, ...rest] = commandOf('local/keys-main.ts', ...args);
    const options = { cwd: root, env: { PATH: process.env['PATH'], ...env } };
    execFile(program, rest, options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let db: pg.Pool;
const keys = (...args: string[]) => runKeys(args, { DATABASE_URL: database.url });

beforeAll(async () => {
  database = await createMigratedDatabase(inject('postgresUrl'));
  db = openTestPool(database.url, 2);
});

afterAll(async () => {
  await db?.end();
  await database?.drop();
});

describe('npm run keys', () => {
  it('a created key opens the API under its role and name, and stdout holds nothing else', async () => {
    const { code, out, err } = await keys('create', '--role', 'reviewer', '--name', 'alice');
    expect(code).toBe(0);
    expect(out).toMatch(/^vk_reviewer_[\w-]{43}\n$/);
    expect(err).toContain('shown this once');
    expect(err).not.toContain(out.trim());
    expect(await authenticateKey({ db }, out.trim())).toMatchObject({ role: 'reviewer' });
  });

  it('the list shows holders and never a key or its hash', async () => {
    const created = await keys('create', '--role', 'operator', '--name', 'night-shift');
    const { code, out } = await keys('list');
    expect(code).toBe(0);
    expect(out).toMatch(/^NAME +ROLE +CREATED +STATE\n/);
    expect(out).toMatch(/^night-shift +operator +\d{4}-\d\d-\d\d \d\d:\d\d UTC +live$/m);
    expect(out).not.toContain(created.out.trim());
    expect(out).not.toContain('vk_');
  });

  it('a revoked key opens nothing, and its end is listed and audited', async () => {
    const created = await keys('create', '--role', 'analyst', '--name', 'bob');
    expect(await keys('revoke', '--name', 'bob')).toMatchObject({ code: 0 });
    expect(await authenticateKey({ db }, created.out.trim())).toBeUndefined();
    expect((await keys('list')).out).toMatch(/^bob +analyst .* +revoked \d{4}-/m);
    const audit = await db.query(
      "select actor, action from audit where object = 'bob' order by id",
    );
    expect(audit.rows).toEqual([
      { actor: 'cli', action: 'key.created' },
      { actor: 'cli', action: 'key.revoked' },
    ]);
  });

  it('a name holds one live key, so that revoking it ends exactly that one', async () => {
    await keys('create', '--role', 'oms', '--name', 'checkout');
    const again = await keys('create', '--role', 'oms', '--name', 'checkout');
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toContain('checkout holds a key already');
  });

  it('revoking a name without a live key fails, so that a typing error is noticed', async () => {
    const { code, err } = await keys('revoke', '--name', 'nobody');
    expect(code).toBe(1);
    expect(err).toContain('nobody holds no live key');
  });

  it('the help names every role and exits with 0', async () => {
    const { code, out } = await keys('--help');
    expect(code).toBe(0);
    for (const role of roles) expect(out).toContain(role);
  });

  it.each([
    [[], 'no command was given'],
    [['delete'], 'no such command'],
    [['create', '--name', 'x'], '--role is missing'],
    [['create', '--role', 'root', '--name', 'x'], `the roles are ${roles.join(', ')}`],
    [['create', '--role', 'oms'], '--name is missing'],
    [['create', '--role', 'oms', '--name', 'Alice Smith'], '1 to 32 characters'],
    [['create', '--role', 'oms', '--name', 'a'.repeat(33)], '1 to 32 characters'],
    [['create', '--role', 'oms', '--name', 'local'], 'API_KEYS_FILE'],
    [['revoke', '--name', 'local'], 'API_KEYS_FILE'],
    [['list', '--name', 'x'], 'list takes no --name'],
    [['list', 'all'], 'more words than one command'],
    [['list', '--colour'], '--colour'],
  ])('%j is refused with usage and exit code 2, and changes nothing', async (args, told) => {
    const before = await db.query('select count(*) from api_keys');
    const { code, out, err } = await keys(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(told);
    expect(err).toContain('Usage:');
    expect((await db.query('select count(*) from api_keys')).rows).toEqual(before.rows);
  });

  it('a database that is down, or has no schema, is reported in one plain line', async () => {
    const port = String(await freePort());
    const away = await runKeys(['list'], { PGPORT: port });
    expect(away.code).toBe(1);
    expect(away.err).toMatch(/^Postgres cannot be reached: .*\n$/);
    const empty = await createDatabase(inject('postgresUrl'));
    try {
      const bare = await runKeys(['list'], { DATABASE_URL: empty.url });
      expect(bare.code).toBe(1);
      expect(bare.err).toMatch(/^The database has no schema yet: .*\n$/);
    } finally {
      await empty.drop();
    }
  });
});
