import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../runtime/config-error.js';
import type { Environment } from '../runtime/env.js';
import { type HeldLock, takeLock } from './lock.js';
import { StartFailure } from './start-failure.js';
import {
  cacheFolder,
  findOnPath,
  officialDownload,
  proveTemporalCli,
  temporalCliVersion,
} from './temporal-candidates.js';
import { goInstallTemporalCli } from './temporal-go-install.js';

export interface FindOptions {
  readonly signal?: AbortSignal;
  /** The server of the official archives; tests set another one. */
  readonly downloadBase?: string;
}

type Say = (line: string) => void;

/** Collects why each attempt failed, for the final message. */
class Attempts {
  readonly #problems: string[] = [];

  async prove(path: string, what: string): Promise<boolean> {
    const proof = await proveTemporalCli(path);
    if (!proof.ok) this.failed(what, proof.problem);
    return proof.ok;
  }

  failed(what: string, problem: string): void {
    this.#problems.push(`${what}: ${problem}`);
  }

  toFailure(env: Environment): StartFailure {
    return new StartFailure(
      [
        'No Temporal CLI was found, and none could be fetched. Tried:',
        ...this.#problems.map((problem) => `  ${problem}`),
        'Any one of these helps:',
        '  set TEMPORAL_CLI to the path of a Temporal CLI',
        '  put `temporal` on PATH (https://docs.temporal.io/cli)',
        `  put it at ${join(cacheFolder(env), 'temporal')}`,
        `  allow this machine to reach ${officialDownload}`,
        '  install Go 1.21 or newer, so that it can be built here',
        '  set TEMPORAL_ADDRESS to a Temporal server that is running',
      ].join('\n'),
    );
  }
}

const waitForLock = async (path: string, say: Say, signal?: AbortSignal): Promise<HeldLock> => {
  for (let waits = 0; ; waits += 1) {
    const lock = takeLock(path);
    if (lock.held) return lock;
    if (waits % 10 === 0) say(`waiting for process ${lock.by.pid}, which fetches the Temporal CLI`);
    await delay(500, undefined, signal ? { signal } : {});
  }
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'failed';
  return error.cause instanceof Error ? error.cause.message : error.message;
};

/** Fills the cache through a draft folder, which moves into place once its program is verified. */
const fill = async (
  env: Environment,
  say: Say,
  attempts: Attempts,
  { signal, downloadBase = officialDownload }: FindOptions,
): Promise<boolean> => {
  const folder = cacheFolder(env);
  const draft = `${folder}.draft`;
  const go = findOnPath(env, 'go');
  const ways = [
    {
      what: `download from ${downloadBase}`,
      run: async () => {
        const { downloadTemporalCli } = await import('./temporal-download.js');
        say(`fetching the Temporal CLI ${temporalCliVersion} from ${downloadBase}`);
        await downloadTemporalCli(downloadBase, draft, signal);
      },
    },
    {
      what: '`go install`',
      run: async () => {
        if (go === undefined) throw new Error('there is no `go` on PATH');
        await goInstallTemporalCli(go, env, draft, say, signal);
      },
    },
  ];
  for (const { what, run } of ways) {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    try {
      await run();
      if (await attempts.prove(join(draft, 'temporal'), what)) {
        rmSync(join(draft, 'archive.tar.gz'), { force: true });
        rmSync(folder, { recursive: true, force: true });
        renameSync(draft, folder);
        return true;
      }
    } catch (error) {
      signal?.throwIfAborted();
      attempts.failed(what, reasonOf(error));
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return false;
};

/**
 * Finds a working Temporal CLI: `TEMPORAL_CLI`, `temporal` on PATH, or the user's cache. Otherwise
 * fills the cache by the official download or `go install`, one process at a time. Throws
 * `ConfigError` when `TEMPORAL_CLI` does not work, `StartFailure` when nothing does.
 */
export const findTemporalCli = async (
  env: Environment,
  say: Say,
  options: FindOptions = {},
): Promise<string> => {
  const attempts = new Attempts();
  const named = env['TEMPORAL_CLI'];
  if (named !== undefined && named !== '') {
    const proof = await proveTemporalCli(resolve(named));
    if (!proof.ok) throw new ConfigError([`TEMPORAL_CLI: ${proof.problem}`]);
    return resolve(named);
  }
  const onPath = findOnPath(env, 'temporal');
  if (onPath === undefined) attempts.failed('`temporal` on PATH', 'is not there');
  else if (await attempts.prove(onPath, onPath)) return onPath;

  const cached = join(cacheFolder(env), 'temporal');
  if (existsSync(cached) && (await attempts.prove(cached, cached))) return cached;
  mkdirSync(dirname(cacheFolder(env)), { recursive: true });
  const lock = await waitForLock(`${cacheFolder(env)}.lock`, say, options.signal);
  try {
    const isFilledMeanwhile = existsSync(cached) && (await proveTemporalCli(cached)).ok;
    if (isFilledMeanwhile || (await fill(env, say, attempts, options))) return cached;
  } finally {
    lock.release();
  }
  throw attempts.toFailure(env);
};
