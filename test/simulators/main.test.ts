import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulators } from '../../simulators/server.js';
import { commandOf } from '../../runtime/launcher.js';
import { freePort } from '../support/ports.js';
import { makeTempDir } from '../support/temp-dir.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const main = fileURLToPath(new URL('../../simulators/main.ts', import.meta.url));

describe('simulators/main', () => {
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const run = (env: Record<string, string>): { child: ChildProcess; output: () => string } => {
    const [program, ...args] = commandOf(main);
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], ...env },
    });
    children.push(child);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { child, output: () => output };
  };

  const runUntilReady = async (env: Record<string, string> = {}) => {
    const port = await freePort();
    const { child, output } = run({ SIMULATOR_PORT: String(port), ...env });
    await expect.poll(output, { timeout: 20_000 }).toContain(`http://127.0.0.1:${port}`);
    return { child, url: `http://127.0.0.1:${port}` };
  };

  it.each(['SIGTERM', 'SIGINT'] as const)('ends in order on %s', async (signal) => {
    const { child, url } = await runUntilReady();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('does not outlive the process that forked it', async () => {
    const { child } = await runUntilReady();
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('reads a credential from the file that its variable names', async () => {
    const folder = makeTempDir();
    try {
      const file = join(folder.path, 'token');
      writeFileSync(file, 'test-only-token\n');
      const { url } = await runUntilReady({ OMS_TOKEN_FILE: file });
      const headers = { authorization: 'Bearer test-only-token' };
      const reply = await fetch(`${url}/oms/orders/1/process`, { method: 'POST', headers });
      expect(reply.status).toBe(400);
    } finally {
      folder.remove();
    }
  });

  it('names every bad variable at once and does not start', async () => {
    const { child, output } = run({ SIMULATOR_PORT: 'http', OMS_TOKEN: '' });
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(output()).toContain('SIMULATOR_PORT');
    expect(output()).toContain('OMS_TOKEN');
  });

  it('reports that its port is in use and exits', async () => {
    const credentials = {
      credentials: { SARDINE_CLIENT_ID: '', SARDINE_CLIENT_SECRET: '' },
      oms: { token: '' },
    };
    const first = await startSimulators({ port: 0, ...credentials });
    try {
      const { child, output } = run({ SIMULATOR_PORT: String(first.port) });
      expect(await once(child, 'exit')).toEqual([1, null]);
      expect(output()).toContain('EADDRINUSE');
    } finally {
      await first.close();
    }
  });
});
