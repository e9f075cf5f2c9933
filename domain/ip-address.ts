import ipaddr from 'ipaddr.js';

export type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** IPv6 ranges that embed an IPv4 address in their last 32 bits: mapped, translated and NAT64. */
const embedding: ReadonlySet<string> = new Set(['ipv4Mapped', 'rfc6145', 'rfc6052']);

/** Whether the IPv6 address carries an IPv4 address in its last 32 bits. */
export const carriesIpv4 = (address: ipaddr.IPv6): boolean => embedding.has(address.range());

/** The IPv4 address in its last 32 bits. */
export const carriedIpv4 = (address: ipaddr.IPv6): ipaddr.IPv4 =>
  new ipaddr.IPv4(address.toByteArray().slice(-4));

/** Parses one IPv4 or IPv6 address without unwrapping it; undefined for any other text. */
export const parseWrittenIp = (text: string): Ip | undefined => {
  const address = text.trim().toLowerCase();
  // The library reads each text as IPv4 first, and throws an error inside for IPv6, which takes
  // longer than all the rest.
  if (!address.includes(':')) {
    return ipaddr.IPv4.isValidFourPartDecimal(address) ? ipaddr.IPv4.parse(address) : undefined;
  }
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : undefined;
};

/** Parses an address and unwraps an IPv4 address that is written as IPv6. */
const parse = (text: string): Ip | undefined => {
  const written = parseWrittenIp(text);
  return written instanceof ipaddr.IPv6 && carriesIpv4(written) ? carriedIpv4(written) : written;
};

/** Keeps the first `length` bits and clears the others; each part has `partBits` bits. */
const masked = (parts: readonly number[], partBits: number, length: number): number[] =>
  parts.map((part, index) => {
    const kept = Math.min(partBits, Math.max(0, length - index * partBits));
    return part - (part % 2 ** (partBits - kept));
  });

/**
 * The range of this prefix length around the address, in its canonical spelling. IPv6 lists only
 * the groups that the prefix reaches: `2001:db8:0::/48`.
 */
export const rangeOf = (address: Ip, length: number): string => {
  if (address instanceof ipaddr.IPv4)
    return `${masked(address.octets, 8, length).join('.')}/${length}`;
  const groups = masked(address.parts, 16, length).slice(0, Math.ceil(length / 16));
  return `${groups.map((group) => group.toString(16)).join(':')}::/${length}`;
};

/** The first 64 bits of an IPv6 address, the network of one household. */
const networkOf = (address: ipaddr.IPv6): string => rangeOf(address, 64);

/**
 * An IPv4 address unchanged, an IPv6 address as its /64, which belongs to one household. Undefined
 * for any other text.
 */
export const normaliseIp = (text: string): string | undefined => {
  const address = parse(text);
  if (address === undefined || address instanceof ipaddr.IPv4) return address?.toString();
  // The loopback address stands alone: no shopper shares its network.
  return address.range() === 'loopback' ? '::1' : networkOf(address);
};

/**
 * An IPv4 or IPv6 address in its shortest spelling, the key of lookup tables; undefined for any
 * other text.
 */
export const plainIp = (text: string): string | undefined => parse(text)?.toString();

const privateRanges: ReadonlySet<string> = new Set([
  'unspecified',
  'loopback',
  'linkLocal',
  'private',
  'carrierGradeNat',
  'uniqueLocal',
]);

/**
 * Whether an IP address, or a network as `normaliseIp` writes it, is private (RFC 1918, RFC 4193),
 * loopback, link-local or shared by a carrier (RFC 6598). False for any other text.
 */
export const isPrivateIp = (text: string): boolean => {
  const address = parse(text.replace(/\/64$/, ''));
  if (address === undefined) return false;
  if (privateRanges.has(address.range())) return true;
  // Addresses in ::/64 are not routed, except those that embed IPv4, which `parse` has unwrapped.
  return address instanceof ipaddr.IPv6 && networkOf(address) === '0:0:0:0::/64';
};
