import { chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { succeeds } from './managed-process.js';
import { StartFailure } from './start-failure.js';

/** The user that runs the server: Postgres refuses to run as root. */
export interface PostgresIdentity {
  readonly wrapper: readonly string[];
  /** The required owner of the data folder; undefined when it cannot change. */
  readonly owner: number | undefined;
}

const nobody = 65_534;

/** Root outside, `nobody` inside a user namespace: needs no account, and files stay root's. */
export const inUserNamespace: PostgresIdentity = { wrapper: ['unshare', '--user'], owner: 0 };

/**
 * The account `nobody` with one capability of root's: to enter folders that are closed to others,
 * such as a checkout below `/root`.
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

/**
 * Chooses the user to run the server. Throws `StartFailure` when root cannot change to another one.
 */
export const choosePostgresIdentity = (): PostgresIdentity => {
  if (process.getuid?.() !== 0) return { wrapper: [], owner: undefined };
  const found = [inUserNamespace, asNobody].find(works);
  if (found) return found;
  throw new StartFailure(
    'Postgres refuses to run as root, and neither `unshare --user` nor `setpriv` works here. ' +
      'Run as another user, or set DATABASE_URL.',
  );
};

/** Changes the owner of a folder and its content; an earlier start may have run as another user. */
export const giveTo = (owner: number | undefined, path: string): void => {
  if (owner === undefined) return;
  const found = lstatSync(path);
  if (found.uid !== owner) chownSync(path, owner, owner);
  if (!found.isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(owner, join(path, name));
};
