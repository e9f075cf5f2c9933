import type { AccountRole } from '../../contracts/v1/accounts.js';
import type { Pool } from '../../db/pool.js';
import { createAccount } from '../../services/accounts/accounts.js';
import { createAddressBound } from '../../services/accounts/address-bound.js';
import { createPasswords } from '../../services/accounts/passwords.js';
import { type Credentials, signIn } from '../../services/accounts/sign-in.js';
import { createUnknownNames } from '../../services/accounts/unknown-names.js';

export const password = 'a lantern over the harbour';

/** A clock that the test sets. */
export const createClock = (start = '2026-11-29T08:00:00Z') => {
  let at = new Date(start);
  return {
    now: () => at,
    pass: (ms: number) => {
      at = new Date(at.getTime() + ms);
    },
  };
};

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

let count = 0;

/** The sign-in of one process, with hashes that cost almost nothing. */
export const createDesk = (db: Pool, clock = createClock()) => {
  const passwords = createPasswords({ cost: { logN: 4, r: 1, p: 1 } });
  const parts = {
    ...{ db, passwords },
    ...{ unknownNames: createUnknownNames(), addressBound: createAddressBound() },
  };
  const actor = { name: 'admin:test' };
  const call = () => ({ ...parts, actor, now: clock.now() });
  return {
    clock,
    call,
    /** A new account with `password`. */
    add: async (role: AccountRole = 'reviewer', name = `person${(count += 1)}`) => {
      const result = await createAccount(call(), { name, displayName: 'Mara', role, password });
      if (result.kind !== 'created') throw new Error(result.kind);
      return result.account;
    },
    signIn: (name: string, given = password, more: Partial<Credentials> = {}) =>
      signIn(call(), { name, password: given, ...more }),
  };
};
