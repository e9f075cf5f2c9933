import { randomBytes } from 'node:crypto';
import { type AccountRow, findAccount, lockAccount, updateTries } from '../../db/accounts.js';
import { keepBrowser } from '../../db/console-browsers.js';
import { inTransaction, type Queryable } from '../../db/pool.js';
import { noTries, triesLeft } from '../../domain/accounts/tries.js';
import { dayMs } from '../../domain/utc-day.js';
import type { AddressBound } from './address-bound.js';
import {
  type CounterContext,
  counterOf,
  lockOf,
  type PasswordRefusal,
  refuseWrong,
  triesOf,
} from './counters.js';
import { type Hasher, type Passwords, TooManySignIns } from './passwords.js';
import { hashToken, startSession, type StartedSession } from './sessions.js';

/** Longer than any account's name. It bounds what a guesser makes this process store. */
const nameLengthMax = 64;

/** The result of an attempt to sign in. */
export type SignInResult =
  | ({
      readonly kind: 'signed_in';
      /** Identifies this browser from now on, so that strangers' attempts do not lock it out. */
      readonly browserToken: string;
    } & StartedSession)
  /** Never says which of name and password is wrong. */
  | PasswordRefusal
  /** Too many wrong passwords came from this address. */
  | { readonly kind: 'address_spent'; readonly untilAt: Date }
  /** Too many people sign in at this moment. */
  | { readonly kind: 'busy' };

type SignInContext = CounterContext & {
  readonly passwords: Passwords;
  readonly addressBound: AddressBound;
};

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** From the cookie that an earlier sign-in left in this browser. */
  readonly browserToken?: string | undefined;
  /** Where the attempt comes from. */
  readonly address?: string | undefined;
}

/** A browser is known for this long after it has last signed in. */
export const browserMs = 180 * dayMs;

/**
 * Starts a session, unless the account was disabled or got another password meanwhile. Only a
 * sign-in from an unknown browser clears the strangers' count of failures: otherwise each daily
 * sign-in of the owner would give guessers new attempts.
 */
const welcome = (
  { db: pool, now }: SignInContext,
  checked: AccountRow,
  {
    isKnownBrowser,
    browserToken = randomBytes(32).toString('base64url'),
  }: { readonly isKnownBrowser: boolean; readonly browserToken: string | undefined },
): Promise<SignInResult> =>
  inTransaction(pool, async (db: Queryable) => {
    const account = await lockAccount(db, checked.name);
    if (account?.disabled_at !== null || account.password_hash !== checked.password_hash) {
      return { kind: 'refused', triesLeft: triesLeft(triesOf(checked)) };
    }
    const accountId = account.account_id;
    const key = { tokenHash: hashToken(browserToken), accountId };
    await keepBrowser(db, key, new Date(now.getTime() + browserMs));
    if (!isKnownBrowser) await updateTries(db, accountId, noTries);
    const started = await startSession({ db, now }, account, 'password');
    return { kind: 'signed_in', browserToken, ...started };
  });

const attempt = async (
  context: SignInContext,
  hasher: Hasher,
  { name, password, browserToken, address }: Credentials,
): Promise<SignInResult> => {
  const { addressBound, now } = context;
  const row = await findAccount(context.db, name);
  const account = row?.disabled_at === null ? row : undefined;
  const counter = await counterOf(context, { name, account, browserToken });
  const spentUntil = counter.isKnownBrowser ? undefined : addressBound.spentUntil(address, now);
  if (spentUntil !== undefined) return { kind: 'address_spent', untilAt: spentUntil };
  const lock = lockOf(counter, now);
  if (lock !== undefined) return lock;
  const isRight = await hasher.matches(password, account?.password_hash);
  if (isRight && account !== undefined) {
    const { isKnownBrowser } = counter;
    return welcome(context, account, { isKnownBrowser, browserToken });
  }
  addressBound.countFailure(address, now);
  return refuseWrong(counter);
};

/** Whether this browser has signed in to this account before. */
const isKnownBrowser = async (
  context: SignInContext,
  { name, browserToken }: Credentials,
): Promise<boolean> => {
  if (browserToken === undefined) return false;
  const account = await findAccount(context.db, name);
  return (await counterOf(context, { name, account, browserToken })).isKnownBrowser;
};

/**
 * Signs in by name and password. Attempts run one at a time in a process, so simultaneous guesses
 * count like those one after the other.
 */
export const signIn = async (context: SignInContext, given: Credentials): Promise<SignInResult> => {
  const name = given.name.trim().toLowerCase().slice(0, nameLengthMax);
  const credentials = { ...given, name };
  const isStranger = !(await isKnownBrowser(context, credentials));
  // Refuses a stranger's flood before it takes a turn: it would leave no turns for others.
  const spentUntil = isStranger
    ? context.addressBound.spentUntil(given.address, context.now)
    : undefined;
  if (spentUntil !== undefined) return { kind: 'address_spent', untilAt: spentUntil };
  try {
    return await context.passwords.inTurn((hasher) => attempt(context, hasher, credentials), {
      isStranger,
    });
  } catch (error) {
    if (error instanceof TooManySignIns) return { kind: 'busy' };
    throw error;
  }
};
