import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, type Environment } from '../../runtime/env.js';
import { localKeysIn } from '../../runtime/local-files.js';
import { startChild } from '../support/child.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

let folder: TempDir;
beforeEach(() => {
  folder = makeTempDir();
});
afterEach(() => folder.remove());

const problemsOf = (env: Environment): readonly string[] => {
  try {
    localKeysIn(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain('vk_');
    return error.problems.map((problem) => problem.replace(/^API_KEYS_FILE: /, ''));
  }
};

/** The error message for a file with this content. */
const saidOf = (content: string): readonly string[] => {
  const path = join(folder.path, 'keys.json');
  writeFileSync(path, content);
  return problemsOf({ API_KEYS_FILE: path });
};

const noObject = 'must hold one JSON object, a key for each role';

describe('a keys file that cannot be used', () => {
  it.each([
    ['', noObject],
    ['{"oms": vk_oms', noObject],
    ['\u0000\u0001', noObject],
    ['["vk_oms"]', noObject],
    ['"vk_oms"', noObject],
    ['null', noObject],
    ['{"oms": null}', 'the key of oms must be a string'],
    ['{"oms": ["vk_oms"]}', 'the key of oms must be a string'],
    ['{"oms": {"key": "vk_oms"}}', 'the key of oms must be a string'],
    ['{"oms": ""}', 'the key of oms is empty'],
    ['{"oms": " \\n"}', 'the key of oms is empty'],
    ['{"oms": "vk_1", "admin": "vk_1"}', 'oms and admin must not share a key'],
    ['{"oms": "vk_1", "vk_2": "reviewer"}', /^entry 2 is of none of the roles oms, reviewer, /],
    ['{"__proto__": "vk_1"}', /^entry 1 is of none of the roles/],
    ['{"vk_1": 5}', 'the key of entry 1 must be a string'],
  ])('%j is one problem that shows no key', (content, problem) => {
    const said = saidOf(content);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(problem);
  });

  it('reports all its problems at once', () => {
    expect(saidOf('{"oms": 5, "admin": "", "lead": "vk_1", "aifi": "vk_1"}')).toEqual([
      'the key of oms must be a string',
      'the key of admin is empty',
      'lead and aifi must not share a key',
    ]);
  });

  it('cannot be read: named and not there, or a folder, named or not', () => {
    const unread = ['the file cannot be read'];
    expect(problemsOf({ API_KEYS_FILE: join(folder.path, 'none.json') })).toEqual(unread);
    expect(problemsOf({ API_KEYS_FILE: '' })).toEqual(unread);
    expect(problemsOf({ API_KEYS_FILE: folder.path })).toEqual(unread);
    mkdirSync(join(folder.path, 'keys.json'));
    expect(problemsOf({ VAR_DIR: folder.path })).toEqual(unread);
  });
});

it('a keys file may be missing where it is not named, and is not read in production', () => {
  expect(localKeysIn({ VAR_DIR: folder.path })).toBeUndefined();
  const path = join(folder.path, 'keys.json');
  writeFileSync(path, '{"oms": "vk_1"}');
  expect(localKeysIn({ VAR_DIR: folder.path })).toBe('{"oms": "vk_1"}');
  writeFileSync(path, 'no keys');
  expect(localKeysIn({ NODE_ENV: 'production', API_KEYS_FILE: path })).toBeUndefined();
});

it('an API reports it with every other problem, in plain words', async () => {
  const path = join(folder.path, 'keys.json');
  writeFileSync(path, '{"oms": "vk_1", "admin": "vk_1"}');
  const child = startChild('api/main.ts', {
    VAR_DIR: folder.path,
    API_KEYS_FILE: path,
    VERDICT_SETTINGS: join(folder.path, 'none.yaml'),
  });
  await child.ended;
  expect(child.process.exitCode).toBe(1);
  expect(child.lines.map((line) => line.trim())).toEqual([
    'The configuration cannot be used:',
    'DATABASE_URL: is not set',
    'OMS_URL: is not set',
    'OMS_TOKEN: is not set',
    'VERDICT_SETTINGS: the file cannot be read',
    'API_KEYS_FILE: oms and admin must not share a key',
  ]);
});
