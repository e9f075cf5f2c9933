import type { Address } from '../contracts/hbc/credit-card.js';
import { addressKeyOf, zipKeyOf } from './facts/address.js';
import type { SanitisedTransaction } from './transaction.js';

/** Who or what an order may share with another one. */
export const subjectKinds = ['card', 'email', 'account', 'device', 'ip', 'address', 'bin'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Mail services that ignore dots in the local part, by the name that they are known under. */
const dotless: ReadonlyMap<string, string> = new Map([
  ['gmail.com', 'gmail.com'],
  ['googlemail.com', 'gmail.com'],
]);

/**
 * One spelling for the spellings of one mailbox: without case and without what follows `+`; where
 * the service ignores dots, without them. Undefined when it is blank or no address.
 */
export const normaliseEmail = (text: string): string | undefined => {
  const address = text.trim().normalize('NFKC').toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const local = address.slice(0, Math.max(0, at)).replace(/\+.*$/, '');
  if (local === '' || domain === '') return undefined;
  const service = dotless.get(domain);
  return service === undefined ? `${local}@${domain}` : `${local.replaceAll('.', '')}@${service}`;
};

const ipv4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/;

/** The same in hexadecimal: `::ffff:102:304` is 1.2.3.4. */
const mappedIpv4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

const dotted = (high: string, low: string): string =>
  [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');

/** An IPv4 address as it is, an IPv6 address by its /64: a household has that many addresses. */
export const normaliseIp = (text: string): string | undefined => {
  const address = text.trim().toLowerCase();
  const mapped = ipv4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [, high, low] = mappedIpv4.exec(address) ?? [];
  if (high !== undefined && low !== undefined) return dotted(high, low);
  // The own machine is no household, and nobody else's neighbour.
  if (address === '::1') return address;
  if (!address.includes(':')) return undefined;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: gap }, () => '0'), ...right].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
};

/** First and second number of an IPv4 address that is routed to nobody on the Internet. */
const isPrivateIpv4 = (one: number, two: number): boolean =>
  one === 0 ||
  one === 10 ||
  one === 127 ||
  (one === 100 && two >= 64 && two <= 127) ||
  (one === 169 && two === 254) ||
  (one === 172 && two >= 16 && two <= 31) ||
  (one === 192 && two === 168);

/**
 * Whether an IP address belongs to a private network (RFC 1918, RFC 4193), to the machine or the
 * link itself, or to a carrier's shared network (RFC 6598). False for what is no address.
 */
export const isPrivateIp = (text: string): boolean => {
  const network = normaliseIp(text);
  if (network === undefined) return false;
  if (network === '::1' || network === '0:0:0:0::/64') return true;
  if (!network.endsWith('/64')) {
    const [one = 0, two = 0] = network.split('.').map(Number);
    return isPrivateIpv4(one, two);
  }
  // fc00::/7 and fe80::/10.
  const head = Number.parseInt(network, 16);
  return (head & 0xfe00) === 0xfc00 || (head & 0xffc0) === 0xfe80;
};

/** An address by its place alone; undefined when neither street nor postal code is given. */
export const normaliseAddress = (address: Address): string | undefined => {
  const key = addressKeyOf(address);
  return key.startsWith('|') && zipKeyOf(address.zip) === '' ? undefined : key;
};

const filled = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
};

/** A subject of one order by its normalised value, which is personal: it is hashed, never kept. */
export interface SubjectValue {
  readonly kind: Exclude<SubjectKind, 'card'>;
  readonly value: string;
}

/**
 * Every subject of an order but its card, which has its tokens from the edge. Account ids belong
 * to a banner. An order has an address for each place that it ships to.
 */
export const subjectsOf = (transaction: SanitisedTransaction): SubjectValue[] => {
  const { banner, customer, additionalData, ipAddress, items, card } = transaction;
  const account = filled(customer.accountId);
  const addresses = items.map(({ shippingAddress }) => normaliseAddress(shippingAddress));
  const all: readonly (readonly [SubjectValue['kind'], string | undefined])[] = [
    ['email', normaliseEmail(customer.emailAddress)],
    ['account', account === undefined ? undefined : `${banner}\u0000${account}`],
    ['device', additionalData?.inAuthId],
    ['ip', ipAddress === undefined ? undefined : normaliseIp(ipAddress)],
    ['bin', card.bin6],
    ...[...new Set(addresses)].map((value) => ['address', value] as const),
  ];
  return all.flatMap(([kind, value]) => (value === undefined ? [] : [{ kind, value }]));
};
