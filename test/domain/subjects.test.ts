import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeSubjectOf } from '../../domain/address/place-key.js';
import { normaliseEmail } from '../../domain/email-address.js';
import { isPrivateIp, normaliseIp } from '../../domain/ip-address.js';
import { subjectsOf } from '../../domain/subjects.js';
import { exampleItems, exampleTransaction } from '../support/transactions.js';

describe('an e-mail address as a subject', () => {
  it.each([
    ['Dana.Whitfield@Example.com', 'dana.whitfield@example.com'],
    ['dana+shop@example.com', 'dana@example.com'],
    ['D.a.n.a+x+y@GoogleMail.com', 'dana@gmail.com'],
    ['dana.w@example.com', 'dana.w@example.com'],
    [' dana@example.com ', 'dana@example.com'],
    ['dana@bücher.example', 'dana@xn--bcher-kva.example'],
    ['Dana+x@BÜCHER.example', 'dana@xn--bcher-kva.example'],
    ['dana@XN--BCHER-KVA.example', 'dana@xn--bcher-kva.example'],
    ['dana@bu\u0308cher.example', 'dana@xn--bcher-kva.example'],
    ['дана@почта.рф', 'дана@xn--80a1acny.xn--p1ai'],
    ['dana@例え。テスト', 'dana@xn--r8jz45g.xn--zckzah'],
    ['dana@bü/cher.example', 'dana@bü/cher.example'],
  ])('%s is the mailbox %s', (text, mailbox) => {
    expect(normaliseEmail(text)).toBe(mailbox);
  });

  it.each(['', '  ', 'dana', '@example.com', 'dana@', '+tag@example.com'])('%j is none', (text) => {
    expect(normaliseEmail(text)).toBeUndefined();
  });

  it('is the same however often it is normalised', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        const once = normaliseEmail(text);
        expect(once === undefined ? undefined : normaliseEmail(once)).toBe(once);
      }),
    );
  });
});

describe('an IP address as a subject', () => {
  it.each([
    ['73.44.18.201', '73.44.18.201'],
    ['::ffff:73.44.18.201', '73.44.18.201'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '::1'],
    ['::ffff:102:304', '1.2.3.4'],
    ['fe80::1:2:3:4:5', 'fe80:0:0:1::/64'],
    ['0:0:0:0:0:ffff:8.8.8.8', '8.8.8.8'],
    ['0:0:0:0:0:FFFF:0808:0808', '8.8.8.8'],
    ['0000:0000:0000:0000:0000:ffff:8.8.8.8', '8.8.8.8'],
    ['::ffff:0808:808', '8.8.8.8'],
    ['0::ffff:8.8.8.8', '8.8.8.8'],
    ['64:ff9b::8.8.4.4', '8.8.4.4'],
    ['64:ff9b:0:0:0:0:808:404', '8.8.4.4'],
    ['0:0:0:0:0:0:0:1', '::1'],
  ])('%s is %s', (text, subject) => {
    expect(normaliseIp(text)).toBe(subject);
  });

  it.each([
    ...[
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '127.0.0.1',
      '169.254.9.9',
      '100.64.0.1',
      '0.0.0.0',
    ],
    ...['::1', '0:0:0:0:0:0:0:1', '::', 'fe80::1', 'fd12:3456::1', '::ffff:10.0.0.1'],
    ...['0:0:0:0:0:ffff:192.168.0.1', '64:ff9b::10.0.0.1', 'fe80:0:0:1::/64'],
  ])('%s is private', (text) => {
    expect(isPrivateIp(text)).toBe(true);
  });

  it.each([
    ...['8.8.8.8', '172.32.0.1', '203.0.113.9', '0:0:0:0:0:ffff:8.8.8.8', '::ffff:808:808'],
    ...['64:ff9b::8.8.8.8', '2001:db8::1', '2001:db8:0:0::/64', '', 'x', '8.8.8'],
  ])('%j is not private', (text) => {
    expect(isPrivateIp(text)).toBe(false);
  });

  it('that is blank is none', () => {
    expect(normaliseIp(' ')).toBeUndefined();
  });
});

describe('the subjects of an order', () => {
  const kinds = (...args: Parameters<typeof exampleTransaction>) =>
    subjectsOf(exampleTransaction(...args)).map(({ kind }) => kind);

  it('are all that it names, once each', () => {
    expect(kinds().toSorted((a, b) => a.localeCompare(b))).toEqual([
      ...['account', 'address', 'bin', 'device', 'email', 'ip'],
    ]);
  });

  it('have an address for each place that it ships to, however it is spelt', () => {
    const items = exampleItems(
      { shippingAddress: { streetLineOne: '410 Maple Avenue', zip: '60614-1234' } },
      { shippingAddress: { streetLineOne: '410 MAPLE AVE', zip: '60614' } },
      { shippingAddress: { streetLineOne: '9 Oak St', zip: '10001' } },
    );
    expect(kinds({ items }).filter((kind) => kind === 'address')).toHaveLength(2);
  });

  it('leave out what is blank', () => {
    const bare = { customer: { customerType: 'guest', accountId: ' ', emailAddress: '' } } as const;
    expect(kinds({ ...bare, ipAddress: undefined, additionalData: undefined })).toEqual([
      ...['bin', 'address'],
    ]);
  });

  it('keep the accounts of two banners apart', () => {
    const account = (banner: 's5a' | 'lat') =>
      subjectsOf(exampleTransaction({ banner })).find(({ kind }) => kind === 'account')?.value;
    expect(account('s5a')).not.toBe(account('lat'));
  });

  it('have no address where nothing of it is given', () => {
    const blank = { name: '', streetLineOne: ' ', city: '', state: '', zip: '', country: 'US' };
    expect(placeSubjectOf(blank)).toBeUndefined();
    // Two orders do not share a place because of a town.
    expect(placeSubjectOf({ ...blank, city: 'Evanston', state: 'IL' })).toBeUndefined();
    expect(placeSubjectOf({ ...blank, zip: '60202' })).toBeDefined();
  });
});
