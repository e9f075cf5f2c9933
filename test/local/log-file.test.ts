import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from '../../local/log-file.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

let folder: TempDir;
let path: string;
let said: string[];

beforeEach(() => {
  folder = makeTempDir();
  path = join(folder.path, 'logs', 'part.log');
  said = [];
});

afterEach(() => folder.remove());

const open = () => openLogFile(path, (text) => said.push(text));

describe('the log file of a part', () => {
  it('has every line in its order and says nothing', () => {
    const write = open();
    write('one');
    write('two');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(said).toEqual([]);
  });

  it('on a full disk is lost and said once, and never throws at its part', () => {
    mkdirSync(join(folder.path, 'logs'));
    symlinkSync('/dev/full', path);
    const write = open();
    for (const line of ['one', 'two', 'three']) write(line);
    expect(said).toEqual([expect.stringContaining('the disk is full')]);
  });

  it('goes on when it can be written again', () => {
    writeFileSync(join(folder.path, 'logs'), 'in the way of the folder');
    const write = open();
    write('one');
    write('two');
    rmSync(join(folder.path, 'logs'));
    write('three');
    expect(readFileSync(path, 'utf8')).toBe('three\n');
    expect(said).toHaveLength(2);
    expect(said[1]).toContain('2 lines are lost');
  });
});
