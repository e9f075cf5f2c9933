import type { Random } from '../../local/demo/random.js';
import { dayMs } from '../population/calendar.js';
import { makeIpv4 } from '../population/world.js';
import { season } from './season.js';

/** A connection, whose address may differ from use to use. */
export type Line = (random: Random, atMs: number) => string;

const group = (random: Random): string => random.whole(1, 65_535).toString(16);

/** A provider gives a home a new IPv4 address after some weeks or months. */
const leasedLine = (random: Random): Line => {
  const leaseMs = random.whole(12, 240) * dayMs;
  const count = Math.ceil((season.toMs - season.fromMs) / leaseMs) + 1;
  const leases = Array.from({ length: count }, () => makeIpv4(random));
  return (_use, atMs) => leases[Math.floor((atMs - season.fromMs) / leaseMs)] ?? leases[0] ?? '';
};

/** With IPv6 a home keeps its network, and each device takes a new host part daily (RFC 8981). */
const privacyLine = (random: Random): Line => {
  const network = `2001:db8:${group(random)}:${group(random)}`;
  return (use) => `${network}:${[0, 0, 0, 0].map(() => group(use)).join(':')}`;
};

/** The connection of a home: two in five have IPv6. */
export const homeLine = (random: Random): Line =>
  random.chance(0.4) ? privacyLine(random) : leasedLine(random);

/** Another home behind the same provider's exchange. */
export const neighbourOf = (line: Line): Line => {
  return (use, atMs) => {
    const ip = line(use, atMs);
    return ip.includes(':')
      ? `${ip.split(':').slice(0, 3).join(':')}:${[0, 0, 0, 0, 0].map(() => group(use)).join(':')}`
      : `${ip.split('.').slice(0, 3).join('.')}.${use.whole(1, 254)}`;
  };
};

/** Addresses that strangers share: each use gets any one of them. */
export const poolLine = (random: Random, size: number): Line => {
  const addresses = Array.from({ length: size }, () => makeIpv4(random));
  return (use) => use.pick(addresses);
};

/** A home of anybody, rented by the hour: each use has an address that nobody saw before. */
export const residentialProxy: Line = (use) => makeIpv4(use);
