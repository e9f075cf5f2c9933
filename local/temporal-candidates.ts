import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Environment } from '../runtime/env.js';

/** The last version that `go install` can build (1.6 and later use a `replace` directive). */
export const temporalCliVersion = '1.5.1';

/** Serves the project's own archives. */
export const officialDownload = 'https://temporal.download';

/** Since this server version, update-with-start and autoscaling pollers are on by default. */
const oldestServer = [1, 28] as const;
const answerWithinMs = 20_000;

/** A folder in the user's cache that all clones of the project share. */
export const cacheFolder = (env: Environment): string => {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(resolve(base), 'verdict', `temporal-${temporalCliVersion}`);
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** The first program of that name on the environment's PATH. */
export const findOnPath = (env: Environment, name: string): string | undefined =>
  (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);

const outputOf = (path: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((done) => {
    const child = spawn(path, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: answerWithinMs,
      killSignal: 'SIGKILL',
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    child.once('error', () => done(undefined));
    child.once('close', (code) => done(code === 0 ? text : undefined));
  });

export type Proof = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Checks with `<path> --version` that a program is a recent Temporal CLI. */
export const proveTemporalCli = async (path: string): Promise<Proof> => {
  if (!isProgram(path)) return { ok: false, problem: 'is not a program' };
  const answer = await outputOf(path, ['--version']);
  if (!answer?.startsWith('temporal version')) {
    return { ok: false, problem: 'does not answer `--version` as the Temporal CLI does' };
  }
  const [, major, minor] = /Server (\d+)\.(\d+)\./.exec(answer) ?? [];
  const isOld =
    major !== undefined &&
    (Number(major) < oldestServer[0] ||
      (Number(major) === oldestServer[0] && Number(minor) < oldestServer[1]));
  if (!isOld) return { ok: true };
  return {
    ok: false,
    problem: `holds server ${major}.${minor}, but ${oldestServer.join('.')} or newer is needed`,
  };
};
