import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../local/postgres.js';
import { asNobody, inUserNamespace } from '../../local/postgres-identity.js';
import { identify } from '../../local/process-identity.js';
import { commandOf } from '../../runtime/launcher.js';
import { freePort } from '../support/ports.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const isRoot = process.getuid?.() === 0;

describe('the embedded Postgres', () => {
  let folder: TempDir;
  let dataDir: string;
  let port: number;
  const servers: PostgresServer[] = [];

  beforeEach(async () => {
    folder = makeTempDir();
    dataDir = join(folder.path, 'postgres');
    port = await freePort();
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    folder.remove();
  });

  /** Data of a server that has run before: making it takes longer than a whole test. */
  let template: TempDir;
  beforeAll(async () => {
    template = makeTempDir();
    const made = join(template.path, 'postgres');
    const server = await startPostgres({ dataDir: made, port: await freePort(), durable: false });
    await server.stop();
  });
  afterAll(() => template?.remove());

  const copyTemplate = () => {
    execFileSync('cp', ['-a', join(template.path, 'postgres'), dataDir]);
  };

  const start = async (more: Partial<PostgresOptions> = {}): Promise<PostgresServer> => {
    const server = await startPostgres({ dataDir, port, durable: true, ...more });
    servers.push(server);
    return server;
  };
  const query = async (url: string, statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const postmasterPid = () =>
    Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);

  it('is a UTF-8 server on loopback, with a database of its own', async () => {
    const { url } = await start();
    expect(url).toBe(`postgres://verdict@127.0.0.1:${port}/verdict`);
    const [row] = await query(
      url,
      `select current_setting('server_encoding') as encoding, current_database() as name,
              current_setting('listen_addresses') as host, current_setting('fsync') as fsync`,
    );
    expect(row).toEqual({ encoding: 'UTF8', name: 'verdict', host: '127.0.0.1', fsync: 'on' });
  });

  it('keeps what was written over a stop and a start', async () => {
    copyTemplate();
    const first = await start();
    await query(first.url, 'create table kept as select 7 as value');
    await first.stop();
    await expect(first.exited).resolves.toMatchObject({ ok: true });
    const second = await start();
    expect(await query(second.url, 'select value from kept')).toEqual([{ value: 7 }]);
  });

  it('loses no committed row when it is killed', async () => {
    copyTemplate();
    const first = await start();
    await query(first.url, 'create table kept as select n from generate_series(1, 5000) n');
    process.kill(postmasterPid(), 'SIGKILL');
    await expect(first.exited).resolves.toMatchObject({ ok: false, reason: 'signal SIGKILL' });
    const second = await start();
    expect(await query(second.url, 'select count(*)::int from kept')).toEqual([{ count: 5000 }]);
  });

  it('ends for good on a SIGTERM, though somebody is connected', async () => {
    copyTemplate();
    const first = await start();
    const client = new pg.Client({ connectionString: first.url });
    client.on('error', () => {});
    await client.connect();
    process.kill(postmasterPid(), 'SIGTERM');
    await expect(first.exited).resolves.toMatchObject({ ok: true });
    await client.end().catch(() => undefined);
  });

  it('starts when the pid in a stale pid file is now another process', async () => {
    copyTemplate();
    const first = await start();
    const content = () => readFileSync(join(dataDir, 'postmaster.pid'), 'utf8');
    const stale = content().replace(/^\d+/, String(process.pid));
    await first.stop();
    writeFileSync(join(dataDir, 'postmaster.pid'), stale);
    await start();
    expect(content()).not.toBe(stale);
  });

  it('ends a server that another start left on the data folder', async () => {
    copyTemplate();
    const first = await start();
    const second = await start({ port: await freePort() });
    await expect(first.exited).resolves.toMatchObject({ ok: true });
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is initialised again when an earlier initialisation was killed half-way', async () => {
    mkdirSync(`${dataDir}.tmp/base`, { recursive: true });
    writeFileSync(join(`${dataDir}.tmp`, 'PG_VERSION'), '18');
    await start();
    expect(existsSync(`${dataDir}.tmp`)).toBe(false);
  });

  it('refuses data of another major version, and says what to do', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/Postgres 17.*DATABASE_URL/s);
  });

  it('says why it could not start, in its own words, and leaves nothing running', async () => {
    copyTemplate();
    const first = await start();
    const other = join(folder.path, 'other');
    await expect(startPostgres({ dataDir: other, port, durable: true })).rejects.toThrow(
      /ended while it was starting[^]*Address already in use/,
    );
    expect(existsSync(join(other, 'postmaster.pid'))).toBe(false);
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('gives up its start when it is told to stop meanwhile', async () => {
    copyTemplate();
    const controller = new AbortController();
    controller.abort();
    await expect(start({ signal: controller.signal })).rejects.toThrow('stopped while');
    expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);
  });

  it('does not outlive a launcher that was killed', async () => {
    copyTemplate();
    const file = fileURLToPath(new URL('./fixtures/launch-postgres.ts', import.meta.url));
    const [program, ...args] = commandOf(file, dataDir, String(port));
    const launcher = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(launcher.stdout, 'data');
    const pid = postmasterPid();
    launcher.kill('SIGKILL');
    const isGone = await until('the server ended', async () => !identify(pid));
    expect(isGone).toBe(true);
  });

  describe.runIf(isRoot)('under root, in a folder that is closed to others', () => {
    beforeEach(() => chmodSync(folder.path, 0o700));

    const modes = [
      ['a user namespace', inUserNamespace],
      ['the account nobody', asNobody],
    ] as const;
    const isAllowed = ([, { wrapper }]: (typeof modes)[number]) => {
      const [program = '', ...args] = wrapper;
      return spawnSync(program, [...args, 'true']).status === 0;
    };

    it.each(modes.filter(isAllowed))(
      'runs as %s, and ends with its pid file',
      async (_, identity) => {
        const server = await start({ identity });
        expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
        await server.stop();
        expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);
      },
    );

    it.runIf(modes.every(isAllowed))('takes over data that another identity made', async () => {
      copyTemplate();
      for (const [, identity] of [...modes, modes[0]]) {
        const server = await start({ identity });
        await query(server.url, 'create table if not exists kept as select 7 as n');
        expect(await query(server.url, 'select n from kept')).toEqual([{ n: 7 }]);
        await server.stop();
      }
    });
  });
});
