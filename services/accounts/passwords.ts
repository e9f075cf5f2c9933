import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { passwordLengthMax } from '../../domain/accounts/password-rule.js';

/** The cost of one hash: 128 × 2^logN × r bytes of memory, `p` times over. */
export interface ScryptCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about a quarter of a second, as OWASP recommends for scrypt. */
const standardCost: ScryptCost = { logN: 15, r: 8, p: 3 };

const saltBytes = 16;
const hashBytes = 32;

/** The most of a kind that may wait: the last one then waits some three seconds. */
const standardWaitingMax = 10;

/** Too many passwords are waiting to be checked. */
export class TooManySignIns extends Error {
  override readonly name = 'TooManySignIns';
}

/** Hashes passwords, one at a time. */
export interface Hasher {
  /** The hash to store, with its cost and salt. */
  readonly hash: (password: string) => Promise<string>;
  /** Whether a password has this hash. Without a hash the answer is no, at the same cost. */
  readonly matches: (password: string, hash: string | undefined) => Promise<boolean>;
}

export interface Passwords {
  /**
   * Runs `work` after all earlier work, one at a time in this process: a hash keeps a processor
   * busy for a while. Strangers come after everybody else, so that a flood of them delays nobody.
   * Throws `TooManySignIns` at once when too many of a kind wait.
   */
  readonly inTurn: <T>(
    work: (hasher: Hasher) => Promise<T>,
    options?: { readonly isStranger: boolean },
  ) => Promise<T>;
}

/** Two spellings of one character are one password. */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFKC'));

const derive = (password: string, salt: Buffer, { logN, r, p }: ScryptCost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const N = 2 ** logN;
    scrypt(bytesOf(password), salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

const print = ({ logN, r, p }: ScryptCost, salt: Buffer, key: Buffer): string =>
  ['scrypt', logN, r, p, salt.toString('base64url'), key.toString('base64url')].join(':');

const read = (hash: string): { cost: ScryptCost; salt: Buffer; key: Buffer } => {
  const [kind, logN, r, p, salt = '', key = ''] = hash.split(':');
  if (kind !== 'scrypt') throw new Error('a stored password hash is of an unknown kind');
  return {
    cost: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
};

const hasherOf = (cost: ScryptCost): Hasher => {
  /** Nobody's password: no input has this key. */
  const nobody = print(cost, Buffer.alloc(saltBytes), randomBytes(hashBytes));
  return {
    hash: async (password) => {
      const salt = randomBytes(saltBytes);
      return print(cost, salt, await derive(password, salt, cost));
    },
    matches: async (password, hash) => {
      if (password.length > passwordLengthMax) return false;
      const stored = read(hash ?? nobody);
      const key = await derive(password, stored.salt, stored.cost);
      return key.length === stored.key.length && timingSafeEqual(key, stored.key);
    },
  };
};

/** The check of passwords in one process. */
export const createPasswords = ({
  cost = standardCost,
  waitingMax = standardWaitingMax,
}: {
  readonly cost?: ScryptCost;
  readonly waitingMax?: number;
} = {}): Passwords => {
  const hasher = hasherOf(cost);
  const known: (() => void)[] = [];
  const strangers: (() => void)[] = [];
  let isBusy = false;
  const passOn = () => {
    const start = known.shift() ?? strangers.shift();
    isBusy = start !== undefined;
    start?.();
  };
  return {
    inTurn: async (work, { isStranger } = { isStranger: false }) => {
      const line = isStranger ? strangers : known;
      if (line.length >= waitingMax) throw new TooManySignIns('too many passwords wait');
      if (isBusy) await new Promise<void>((resolve) => line.push(resolve));
      isBusy = true;
      try {
        return await work(hasher);
      } finally {
        passOn();
      }
    },
  };
};
