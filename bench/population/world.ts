import type { Random } from '../../local/demo/random.js';
import { type CardPress, createCardPress } from './cards.js';
import { firstNames, lastNames } from './words.js';

/** What all customers and fraudsters of one population share. */
export interface World {
  readonly press: CardPress;
  readonly nextOrderId: () => string;
  readonly nextAccountId: () => string;
  /** A unique mailbox. */
  readonly mailbox: (local: string, domain: string) => string;
  /** IP addresses of mobile carriers and offices, each shared by strangers. */
  readonly sharedIps: readonly string[];
  /** IP addresses of the call centre. */
  readonly callCentreIps: readonly string[];
  /** Sales people by store. */
  readonly stores: readonly { readonly number: number; readonly salesReps: readonly string[] }[];
}

/**
 * An address of 198.18.0.0/15 or 2001:db8::/32, which are reserved (RFC 2544, RFC 3849). A third of
 * all homes has IPv6.
 */
export const makeIp = (random: Random): string =>
  random.chance(0.33)
    ? `2001:db8:${random.whole(1, 65_535).toString(16)}:${random.whole(1, 255).toString(16)}::1`
    : makeIpv4(random);

export const makeIpv4 = (random: Random): string =>
  `198.${random.whole(18, 19)}.${random.whole(0, 255)}.${random.whole(1, 254)}`;

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** Two shops a thousand orders and a carrier's address for each fifteen hundred, at least. */
export const createWorld = (random: Random, size: number): World => {
  const press = createCardPress();
  let orders = 71_000_000;
  let accounts = 100_000;
  const taken = new Map<string, number>();
  return {
    press,
    nextOrderId: () => String((orders += 1)),
    nextAccountId: () => `A-${(accounts += 1)}`,
    mailbox: (local, domain) => {
      const wanted = `${local}@${domain}`;
      const before = taken.get(wanted) ?? 0;
      taken.set(wanted, before + 1);
      return before === 0 ? wanted : `${local}.${before + 1}@${domain}`;
    },
    sharedIps: many(Math.max(3, Math.round(size / 1500)), () => makeIpv4(random)),
    callCentreIps: many(2, () => makeIpv4(random)),
    stores: many(Math.max(4, Math.round(size / 500)), () => random.whole(601, 799)).map(
      (number) => ({
        number,
        salesReps: many(4, () => `${random.pick(firstNames)} ${random.pick(lastNames)}`),
      }),
    ),
  };
};
