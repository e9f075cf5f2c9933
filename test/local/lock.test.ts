import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../local/lock.js';
import { identify } from '../../local/process-identity.js';
import { commandOf } from '../../runtime/launcher.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

describe('the lock of an installation', () => {
  let folder: TempDir;
  let path: string;

  beforeEach(() => {
    folder = makeTempDir();
    path = join(folder.path, 'lock');
  });
  afterEach(() => folder.remove());

  const leaveBehind = (entry: string) => {
    mkdirSync(path);
    writeFileSync(join(path, entry), '');
  };

  it('keeps a second holder out, and names the first', () => {
    const first = takeLock(path);
    expect(first.held).toBe(true);
    expect(takeLock(path)).toEqual({ held: false, by: identify(process.pid) });
  });

  it('is free again after its release', () => {
    const first = takeLock(path);
    if (first.held) first.release();
    expect(takeLock(path).held).toBe(true);
  });

  it('is taken over from a process that is gone', async () => {
    const dead = spawn('true');
    await once(dead, 'exit');
    leaveBehind(`${dead.pid}-1`);
    expect(takeLock(path).held).toBe(true);
  });

  it('is taken over when the pid now belongs to a process that started later', () => {
    leaveBehind(`${process.ppid}-1`);
    expect(takeLock(path).held).toBe(true);
  });

  it('is taken over from an entry that names no process', () => {
    leaveBehind('garbage');
    expect(takeLock(path).held).toBe(true);
  });

  it('leaves nothing beside it when it was refused or released', () => {
    const first = takeLock(path);
    takeLock(path);
    if (first.held) first.release();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('goes to exactly one of many that take over from the same dead holder at once', async () => {
    leaveBehind('999999999-1');
    const file = fileURLToPath(new URL('./fixtures/take-lock.ts', import.meta.url));
    const [program, ...args] = commandOf(file, path);
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(program, args, {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
        return { child, answer: chunk.toString().trim() };
      }),
    );
    expect(answers.filter(({ answer }) => answer === 'true')).toHaveLength(1);
    await Promise.all(
      answers.map(async ({ child }) => {
        child.stdin.end();
        if (child.exitCode === null) await once(child, 'exit');
      }),
    );
  });
});
