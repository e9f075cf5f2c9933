import ipaddr from 'ipaddr.js';

/** IPv6 ranges whose last 32 bits are an IPv4 address: mapped, translated and NAT64 ones. */
const embedding: ReadonlySet<string> = new Set(['ipv4Mapped', 'rfc6145', 'rfc6052']);

/** The address as the Internet knows it: an IPv4 address written as IPv6 is an IPv4 address. */
const parse = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined => {
  const address = text.trim().toLowerCase();
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  if (!ipaddr.IPv6.isValid(address)) return undefined;
  const parsed = ipaddr.IPv6.parse(address);
  return embedding.has(parsed.range()) ? new ipaddr.IPv4(parsed.toByteArray().slice(-4)) : parsed;
};

/** Of an IPv6 address its first 64 bits, which a household has to itself. */
const networkOf = ({ parts }: ipaddr.IPv6): string =>
  `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;

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
