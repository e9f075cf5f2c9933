import { type AccountRow, lockAccount, updateTries } from '../../db/accounts.js';
import { insertAudit } from '../../db/audit.js';
import { type BrowserKey, findBrowser, updateBrowserTries } from '../../db/console-browsers.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { afterFailedTry, isLocked, type Tries, triesLeft } from '../../domain/accounts/tries.js';
import { type Context, system } from '../context.js';
import { hashToken } from './sessions.js';
import type { UnknownNames } from './unknown-names.js';

export type CounterContext = Context<'now', Pool> & { readonly unknownNames: UnknownNames };

/** Where the wrong passwords of one attempt count. */
export interface Counter {
  readonly tries: Tries;
  /** Whether the browser has signed in to this account before. */
  readonly isKnownBrowser: boolean;
  /** Counts one more. */
  readonly countFailure: () => Promise<Tries>;
}

/** Why a password was not accepted. */
export type PasswordRefusal =
  | { readonly kind: 'refused'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly untilAt: Date };

/** The refusal of any password now; undefined when one may be checked. */
export const lockOf = ({ tries }: Counter, now: Date): PasswordRefusal | undefined =>
  tries.lockedUntil !== null && isLocked(tries, now)
    ? { kind: 'locked', untilAt: tries.lockedUntil }
    : undefined;

/** Counts a wrong password, and returns its refusal. */
export const refuseWrong = async ({ countFailure }: Counter): Promise<PasswordRefusal> => {
  const failed = await countFailure();
  return failed.lockedUntil === null
    ? { kind: 'refused', triesLeft: triesLeft(failed) }
    : { kind: 'locked', untilAt: failed.lockedUntil };
};

export const triesOf = (row: {
  readonly failed_tries: number;
  readonly locked_until: Date | null;
}): Tries => ({ failedTries: row.failed_tries, lockedUntil: row.locked_until });

const auditFailure = (
  { db, now }: Context<'now'>,
  name: string,
  { tries, isKnownBrowser }: { readonly tries: Tries; readonly isKnownBrowser: boolean },
): Promise<void> => {
  const { failedTries, lockedUntil: until } = tries;
  return insertAudit(db, {
    actor: system.name,
    action: until === null ? 'account.refused' : 'account.locked',
    object: name,
    details: { failedTries, isKnownBrowser, ...(until !== null && { until }) },
    at: now,
  });
};

/** The wrong passwords that strangers gave for an account. */
export const accountCounter = (
  { db: pool, now }: Context<'now', Pool>,
  account: AccountRow,
): Counter => ({
  tries: triesOf(account),
  isKnownBrowser: false,
  countFailure: () =>
    inTransaction(pool, async (db) => {
      // Another process may have counted one meanwhile.
      const row = (await lockAccount(db, account.name)) ?? account;
      const tries = afterFailedTry(triesOf(row), now);
      await updateTries(db, account.account_id, tries);
      await auditFailure({ db, now }, account.name, { tries, isKnownBrowser: false });
      return tries;
    }),
});

const browserCounter = (
  { db: pool, now }: Context<'now', Pool>,
  account: AccountRow,
  { key, known }: { readonly key: BrowserKey; readonly known: Tries },
): Counter => ({
  tries: known,
  isKnownBrowser: true,
  countFailure: () =>
    inTransaction(pool, async (db) => {
      const tries = afterFailedTry(known, now);
      await updateBrowserTries(db, key, tries);
      await auditFailure({ db, now }, account.name, { tries, isKnownBrowser: true });
      return tries;
    }),
});

const unknownCounter = ({ unknownNames, now }: CounterContext, name: string): Counter => {
  const tries = unknownNames.triesOf(name);
  return {
    tries,
    isKnownBrowser: false,
    countFailure: () => {
      const failed = afterFailedTry(tries, now);
      unknownNames.store(name, failed);
      return Promise.resolve(failed);
    },
  };
};

/** The counter for an attempt: the browser's own where it has signed in before. */
export const counterOf = async (
  context: CounterContext,
  {
    name,
    account,
    browserToken,
  }: {
    readonly name: string;
    readonly account: AccountRow | undefined;
    readonly browserToken: string | undefined;
  },
): Promise<Counter> => {
  if (account === undefined) return unknownCounter(context, name);
  if (browserToken === undefined) return accountCounter(context, account);
  const key = { tokenHash: hashToken(browserToken), accountId: account.account_id };
  const browser = await findBrowser(context.db, key, context.now);
  return browser === undefined
    ? accountCounter(context, account)
    : browserCounter(context, account, { key, known: triesOf(browser) });
};
