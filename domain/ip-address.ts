import ipaddr from 'ipaddr.js';

export type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** IPv6 ranges whose last 32 bits are an IPv4 address: mapped, translated and NAT64 ones. */
const embedding: ReadonlySet<string> = new Set(['ipv4Mapped', 'rfc6145', 'rfc6052']);

/** Whether the IPv6 address carries an IPv4 address in its last 32 bits. */
export const carriesIpv4 = (address: ipaddr.IPv6): boolean => embedding.has(address.range());

/** The IPv4 address in its last 32 bits. */
export const carriedIpv4 = (address: ipaddr.IPv6): ipaddr.IPv4 =>
  new ipaddr.IPv4(address.toByteArray().slice(-4));

/** One IPv4 or IPv6 address as it is written; undefined for no other text. */
export const parseWrittenIp = (text: string): Ip | undefined => {
  const address = text.trim().toLowerCase();
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : undefined;
};

/** The address as the Internet knows it: an IPv4 address written as IPv6 is an IPv4 address. */
const parse = (text: string): Ip | undefined => {
  const written = parseWrittenIp(text);
  return written instanceof ipaddr.IPv6 && carriesIpv4(written) ? carriedIpv4(written) : written;
};

/** Its leading bits, the others zero, as parts of so many bits each. */
const masked = (parts: readonly number[], partBits: number, length: number): number[] =>
  parts.map((part, index) => {
    const kept = Math.min(partBits, Math.max(0, length - index * partBits));
    return part - (part % 2 ** (partBits - kept));
  });

/**
 * The range of this length that the address lies in, in its one spelling: of IPv6 the groups that
 * the length reaches into, as `2001:db8:0::/48`.
 */
export const rangeOf = (address: Ip, length: number): string => {
  if (address instanceof ipaddr.IPv4)
    return `${masked(address.octets, 8, length).join('.')}/${length}`;
  const groups = masked(address.parts, 16, length).slice(0, Math.ceil(length / 16));
  return `${groups.map((group) => group.toString(16)).join(':')}::/${length}`;
};

/** Of an IPv6 address its first 64 bits, which a household has to itself. */
const networkOf = (address: ipaddr.IPv6): string => rangeOf(address, 64);

/**
 * An IPv4 address as it is, an IPv6 address by its /64: a household has that many addresses.
 * Undefined for what is no address.
 */
export const normaliseIp = (text: string): string | undefined => {
  const address = parse(text);
  if (address === undefined || address instanceof ipaddr.IPv4) return address?.toString();
  // The own machine is no household, and nobody else's neighbour.
  return address.range() === 'loopback' ? '::1' : networkOf(address);
};

/** One IPv4 or IPv6 address in its shortest spelling, as tables know it; undefined for no other. */
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
 * of the machine or the link itself, or of a carrier's shared network (RFC 6598). False for what is
 * no address.
 */
export const isPrivateIp = (text: string): boolean => {
  const address = parse(text.replace(/\/64$/, ''));
  if (address === undefined) return false;
  if (privateRanges.has(address.range())) return true;
  // Nothing is routed to ::/64 but what says an IPv4 address, which has been read as one.
  return address instanceof ipaddr.IPv6 && networkOf(address) === '0:0:0:0::/64';
};
