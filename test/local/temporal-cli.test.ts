import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../local/lock.js';
import { findTemporalCli } from '../../local/temporal-cli.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const answer = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';

describe('the search for a Temporal CLI', () => {
  let folder: TempDir;
  let cached: string;
  let said: string[];
  let server: Server;
  let respond: (response: ServerResponse) => void;

  beforeEach(async () => {
    folder = makeTempDir();
    cached = join(folder.path, 'cache', 'verdict', 'temporal-1.5.1', 'temporal');
    said = [];
    respond = (response) => response.writeHead(404).end();
    server = createServer((_, response) => respond(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    folder.remove();
  });

  const program = (path: string, script: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const cli = (path: string, says = answer) => program(path, `echo "${says}"`);
  const onPath = (name: string) => join(folder.path, 'bin', name);
  const find = (env: Record<string, string> = {}) =>
    findTemporalCli(
      {
        PATH: `${join(folder.path, 'bin')}:/usr/bin:/bin`,
        HOME: folder.path,
        XDG_CACHE_HOME: join(folder.path, 'cache'),
        ...env,
      },
      (line) => said.push(line),
      { downloadBase: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    );
  const goBuilds = (says = answer) =>
    program(
      onPath('go'),
      `echo "$@" >> ${folder.path}/go.log
       printf '#!/bin/sh\\necho "${says}"\\n' > "$GOBIN/temporal" && chmod +x "$GOBIN/temporal"`,
    );
  const archiveOf = (path: string): Buffer => {
    const { status, stdout } = spawnSync('tar', ['-czf', '-', '-C', dirname(path), 'temporal']);
    expect(status).toBe(0);
    return stdout;
  };

  it('prefers TEMPORAL_CLI to all others', async () => {
    cli(onPath('temporal'));
    const named = cli(join(folder.path, 'my-temporal'));
    expect(await find({ TEMPORAL_CLI: named })).toBe(named);
  });

  it.each([
    ['does not exist', undefined],
    ['is another program', 'cowsay 3.0'],
    ['is too old for update-with-start', 'temporal version 1.1.0 (Server 1.25.0, UI 2.30)'],
  ])('refuses a TEMPORAL_CLI that %s, even if another would do', async (_, says) => {
    cli(onPath('temporal'));
    const named = join(folder.path, 'my-temporal');
    if (says !== undefined) cli(named, says);
    await expect(find({ TEMPORAL_CLI: named })).rejects.toThrow(/TEMPORAL_CLI: /);
  });

  it('prefers the one on PATH to the cache', async () => {
    cli(cached);
    expect(await find()).toBe(cached);
    const first = cli(onPath('temporal'));
    expect(await find()).toBe(first);
  });

  it('passes over one on PATH that does not work', async () => {
    program(onPath('temporal'), 'exit 1');
    cli(cached);
    expect(await find()).toBe(cached);
  });

  it('finds the cache below HOME when XDG_CACHE_HOME is empty', async () => {
    const path = join(folder.path, '.cache', 'verdict', 'temporal-1.5.1', 'temporal');
    cli(path);
    expect(await find({ XDG_CACHE_HOME: '' })).toBe(path);
  });

  it('fills the cache by the official download before it asks Go', async () => {
    const archive = archiveOf(cli(join(folder.path, 'official', 'temporal')));
    respond = (response) => response.end(archive);
    goBuilds();
    expect(await find()).toBe(cached);
    expect(existsSync(join(folder.path, 'go.log'))).toBe(false);
    expect(readdirSync(join(folder.path, 'cache', 'verdict'))).toEqual(['temporal-1.5.1']);
    expect(readdirSync(dirname(cached))).toEqual(['temporal']);
  });

  it.each([
    ['breaks off half-way', (r: ServerResponse) => r.write('half', () => r.destroy())],
    ['answers something else', (r: ServerResponse) => r.end('<html>sign in</html>')],
    ['is not there', (r: ServerResponse) => r.writeHead(404).end()],
  ])('builds with Go when the download %s, and keeps no half file', async (_, behaviour) => {
    respond = behaviour;
    goBuilds();
    expect(await find()).toBe(cached);
    expect(readFileSync(join(folder.path, 'go.log'), 'utf8').trim()).toBe(
      'install github.com/temporalio/cli/cmd/temporal@v1.5.1',
    );
    expect(readdirSync(join(folder.path, 'cache', 'verdict'))).toEqual(['temporal-1.5.1']);
    expect(said.join('\n')).toMatch(/with Go.*minutes/);
  });

  it('replaces a cached one that does not work', async () => {
    program(cached, 'exit 1');
    goBuilds();
    expect(await find()).toBe(cached);
  });

  it('keeps a build that does not answer as the CLI out of the cache', async () => {
    goBuilds('something else');
    await expect(find()).rejects.toThrow('`go install`: does not answer');
    expect(readdirSync(join(folder.path, 'cache', 'verdict'))).toEqual([]);
  });

  it('names every way in one message when none works', async () => {
    const failure = await find().catch((error: Error) => error.message);
    expect(failure).toMatch(/`temporal` on PATH: is not there/);
    expect(failure).toMatch(/the server answered 404/);
    expect(failure).toMatch(/there is no `go` on PATH/);
    for (const way of ['TEMPORAL_CLI', 'PATH', cached, 'https://temporal.download', 'Go 1.21']) {
      expect(failure).toContain(way);
    }
    expect(failure).toContain('TEMPORAL_ADDRESS');
  });

  it('waits for another process that fetches it, and uses what that one fetched', async () => {
    mkdirSync(join(folder.path, 'cache', 'verdict'), { recursive: true });
    const other = takeLock(`${dirname(cached)}.lock`);
    const found = find();
    await until('it says that it waits', async () => said.some((l) => l.startsWith('waiting')));
    cli(cached);
    if (other.held) other.release();
    expect(await found).toBe(cached);
    expect(said).toHaveLength(1);
  });

  it('does not wait for a process that died while it was fetching', async () => {
    const lock = `${dirname(cached)}.lock`;
    mkdirSync(lock, { recursive: true });
    writeFileSync(join(lock, '999999999-1'), '');
    mkdirSync(`${dirname(cached)}.draft`);
    goBuilds();
    expect(await find()).toBe(cached);
    expect(said.filter((line) => line.startsWith('waiting'))).toEqual([]);
  });
});
