import { chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { succeeds } from './managed-process.js';
import { StartFailure } from './start-failure.js';

/** As whom the server runs: Postgres refuses to be root. */
export interface PostgresIdentity {
  readonly wrapper: readonly string[];
  /** Who must own the data folder; undefined when that cannot be changed. */
  readonly owner: number | undefined;
}

const nobody = 65_534;

/** Root of this machine, but nobody inside: needs no account, and files stay root's. */
export const inUserNamespace: PostgresIdentity = { wrapper: ['unshare', '--user'], owner: 0 };

/**
 * The account nobody, which keeps one right of root's: to pass through folders that are closed to
 * others, such as a checkout below `/root`.
 */
export const asNobody: PostgresIdentity = {
  wrapper: [
    'setpriv',
    `--reuid=${nobody}`,
    `--regid=${nobody}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
  ],
  owner: nobody,
};

const works = ({ wrapper: [program = '', ...args] }: PostgresIdentity): boolean =>
  succeeds(program, ...args, 'true');

/** Chooses how to run the server; throws `StartFailure` when root has no way to be another. */
export const choosePostgresIdentity = (): PostgresIdentity => {
  if (process.getuid?.() !== 0) return { wrapper: [], owner: undefined };
  const found = [inUserNamespace, asNobody].find(works);
  if (found) return found;
  throw new StartFailure(
    'Postgres refuses to run as root, and neither `unshare --user` nor `setpriv` works here. ' +
      'Run as another user, or set DATABASE_URL.',
  );
};

/** Makes `owner` own the folder and all in it; an earlier start may have run as another. */
export const giveTo = (owner: number | undefined, path: string): void => {
  if (owner === undefined) return;
  const found = lstatSync(path);
  if (found.uid !== owner) chownSync(path, owner, owner);
  if (!found.isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(owner, join(path, name));
};
