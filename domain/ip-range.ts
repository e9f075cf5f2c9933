import ipaddr from 'ipaddr.js';
import { carriedIpv4, carriesIpv4, type Ip, parseWrittenIp, rangeOf } from './ip-address.js';

/**
 * The widest ranges that an entry may name. The list lookup tries each prefix length from here on.
 */
export const widestIpv4 = 8;
export const widestIpv6 = 24;
/** The narrowest ranges: one IPv4 address, and the network of one IPv6 household. */
const narrowestIpv4 = 32;
const narrowestIpv6 = 64;

/** Private, local and shared networks, and IPv6 networks that embed IPv4 addresses. */
const unlistable: readonly (readonly [Ip, number])[] = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.168.0.0/16', '::/64', 'fc00::/7', 'fe80::/10', '64:ff9b::/96'],
].map((range) => ipaddr.parseCIDR(range));

const overlaps = (address: Ip, length: number): boolean =>
  unlistable.some(
    ([other, otherLength]) =>
      other.kind() === address.kind() && address.match(other, Math.min(length, otherLength)),
  );

/** A range of one address is spelled as that address, like orders and older entries. */
const spell = (address: Ip, length: number): string =>
  address instanceof ipaddr.IPv4 && length === narrowestIpv4
    ? address.toString()
    : rangeOf(address, length);

export type ReadRange =
  | { readonly ok: true; readonly range: string; readonly length: number }
  /** `message` follows the field's name and repeats nothing of the text. */
  | { readonly ok: false; readonly message: string };

const refuse = (message: string): ReadRange => ({ ok: false, message });

const lengths =
  `must be a range of /${widestIpv4} to /${narrowestIpv4} for IPv4 ` +
  `or of /${widestIpv6} to /${narrowestIpv6} for IPv6`;

/**
 * Reads a CIDR range (RFC 4632, RFC 4291); undefined for a text without a slash. Host bits are
 * ignored: `73.44.18.201/24` is `73.44.18.0/24`. A range of embedded IPv4 addresses becomes their
 * IPv4 range.
 */
export const readIpRange = (text: string): ReadRange | undefined => {
  if (!text.includes('/')) return undefined;
  const [, written = '', digits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text.trim()) ?? [];
  const given = parseWrittenIp(written);
  if (given === undefined) return refuse('must be an IPv4 or IPv6 address, or a range as CIDR');
  const isCarried = given instanceof ipaddr.IPv6 && Number(digits) >= 96 && carriesIpv4(given);
  const address = isCarried ? carriedIpv4(given) : given;
  const length = Number(digits) - (isCarried ? 96 : 0);
  const [widest, narrowest] =
    address instanceof ipaddr.IPv4 ? [widestIpv4, narrowestIpv4] : [widestIpv6, narrowestIpv6];
  if (length < widest || length > narrowest) return refuse(lengths);
  return overlaps(address, length)
    ? refuse('must not hold private addresses, or IPv4 addresses written as IPv6')
    : { ok: true, range: spell(address, length), length };
};

/**
 * Every listable range that contains this subject, which must be in the form of `normaliseIp`. The
 * subject's own spelling is not included.
 */
export const rangesAround = (subject: string): string[] => {
  const address = parseWrittenIp(subject.replace(/\/64$/, ''));
  if (address === undefined) return [];
  const [widest, narrowest] =
    address instanceof ipaddr.IPv4 ? [widestIpv4, narrowestIpv4] : [widestIpv6, narrowestIpv6];
  if (overlaps(address, narrowest)) return [];
  return Array.from({ length: narrowest - widest }, (_, index) => rangeOf(address, widest + index));
};
