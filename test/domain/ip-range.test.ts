import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { normaliseIp } from '../../domain/ip-address.js';
import { rangesAround, readIpRange } from '../../domain/ip-range.js';

/** Every value under which an entry may match an order from this address. */
const lookedFor = (address: string): string[] => {
  const subject = normaliseIp(address);
  return subject === undefined ? [] : [subject, ...rangesAround(subject)];
};

const octets = fc.tuple(...([0, 1, 2, 3] as const).map(() => fc.nat({ max: 255 })));
const groups = fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 });
const ipv4 = octets.map((parts) => parts.join('.'));
/** The part of IPv6 from which networks get their addresses. */
const ipv6 = groups.map(([first = 0, ...more]) =>
  [0x2000 + (first % 0x2000), ...more].map((part) => part.toString(16)).join(':'),
);

/** Another address that differs from it in one bit. */
const flipped = (address: string, bit: number): string => {
  const bytes = ipaddr.parse(address).toByteArray();
  const index = Math.floor(bit / 8);
  bytes[index] = (bytes[index] ?? 0) ^ (0x80 >> (bit % 8));
  return ipaddr.fromByteArray(bytes).toString();
};

describe('an order is looked up under the ranges that contain its address', () => {
  it.each([
    ['IPv4', ipv4, 8, 32],
    ['IPv6', ipv6, 24, 64],
  ] as const)('and under no other: %s', (_family, addresses, widest, narrowest) => {
    fc.assert(
      fc.property(
        addresses,
        fc.integer({ min: widest, max: narrowest }),
        fc.nat({ max: narrowest - 1 }),
        (listed, length, bit) => {
          const read = readIpRange(`${listed}/${length}`);
          const range = read?.ok ? read.range : '';
          fc.pre(range !== '');
          expect(lookedFor(listed)).toContain(range);
          const other = flipped(listed, bit);
          fc.pre(rangesAround(normaliseIp(other) ?? '').length > 0);
          expect(lookedFor(other).includes(range)).toBe(bit >= length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('each once, and no more than one for each length', () => {
    expect(new Set(lookedFor('73.44.18.201')).size).toBe(25);
    expect(new Set(lookedFor('2a01:4f8:1:2::9')).size).toBe(41);
  });

  it('whether or not IPv4 is written as IPv6', () => {
    for (const text of ['0:0:0:0:0:ffff:73.44.18.201', '64:ff9b::73.44.18.201'])
      expect(lookedFor(text)).toEqual(lookedFor('73.44.18.201'));
  });

  it('and under none where the address is private', () => {
    for (const text of ['10.1.2.3', '192.168.0.1', '100.64.0.1', '::1', '::', 'fd12::1', 'fe80::1'])
      expect(lookedFor(text)).toHaveLength(1);
  });
});
