import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { fill, isWhole, mode } from './build.mjs';
import { root } from './sources.mjs';

/** Enough for every process that is starting while sources change, and small on disk. */
const keptBuilds = 8;
const draftMaxAgeMs = 3_600_000;

const draftOf = (path) => `${path}.${process.pid}.${process.hrtime.bigint()}`;
const isDraft = (name) => name.includes('.');

/** The folders in `cache` and when each was last used, newest first. */
const entriesOf = (cache) =>
  readdirSync(cache)
    .flatMap((name) => {
      const usedMs = statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs;
      return usedMs === undefined ? [] : [{ name, path: join(cache, name), usedMs }];
    })
    .toSorted((one, other) => other.usedMs - one.usedMs);

/** Removes old builds, and drafts of processes that were killed. */
const removeOld = (cache) => {
  const entries = entriesOf(cache);
  const drafts = entries.filter(({ name }) => isDraft(name));
  const old = [
    ...entries.filter(({ name }) => !isDraft(name)).slice(keptBuilds),
    ...drafts.filter(({ usedMs }) => usedMs < Date.now() - draftMaxAgeMs),
  ];
  for (const { path } of old) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Another user's, or being removed by another process.
    }
  }
};

/** Builds into a draft and renames it: a build is complete as soon as it has its name. */
const buildIn = async (cache, name, digests) => {
  const path = join(cache, name);
  const draft = draftOf(path);
  const earlier = entriesOf(cache).filter((entry) => !isDraft(entry.name));
  mkdirSync(draft, { recursive: true, mode });
  try {
    await fill(
      draft,
      digests,
      earlier.map((entry) => entry.path),
    );
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process may have been first.
    if (!existsSync(path)) throw error;
  }
  removeOld(cache);
};

const besidePackages = join(root, 'node_modules', '.cache', 'verdict');

/** For installations whose packages are read-only. */
const ofUser = join(tmpdir(), `verdict-compiled-${process.getuid?.() ?? ''}`);

/** False for a folder that another user has placed there, whose files must not run. */
const isTrusted = (cache) => {
  if (cache === besidePackages) return true;
  const stat = lstatSync(cache, { throwIfNoEntry: false });
  if (stat === undefined || process.getuid === undefined) return stat !== undefined;
  return stat.isDirectory() && stat.uid === process.getuid() && (stat.mode & 0o022) === 0;
};

const isWritable = (cache) => {
  try {
    mkdirSync(cache, { recursive: true, mode });
    accessSync(cache, constants.W_OK);
    return isTrusted(cache);
  } catch {
    return false;
  }
};

/** A build that was used since the machine started is whole. */
const isUsable = (build) =>
  statSync(build).mtimeMs > Date.now() - uptime() * 1000 || isWhole(build);

/** The build of that name, undefined where there is none. */
export const find = (name) => {
  for (const cache of [besidePackages, ofUser]) {
    const path = join(cache, name);
    if (!existsSync(path) || !isTrusted(cache)) continue;
    try {
      if (isUsable(path)) {
        utimesSync(path, new Date(), new Date());
        return path;
      }
      const draft = draftOf(path);
      renameSync(path, draft);
      rmSync(draft, { recursive: true, force: true });
    } catch {
      // Read-only: nobody removes it, so its last use does not matter.
      if (existsSync(path)) return path;
    }
  }
  return undefined;
};

/**
 * Makes the build of that name and returns its path. Throws where no folder can be written, for a
 * text that is no TypeScript, and `SourceChanged`.
 */
export const make = async (name, digests) => {
  const cache = [besidePackages, ofUser].find(isWritable);
  if (cache === undefined) {
    throw new Error(`compiled files can be written neither to ${besidePackages} nor to ${ofUser}`);
  }
  await buildIn(cache, name, digests);
  return join(cache, name);
};
