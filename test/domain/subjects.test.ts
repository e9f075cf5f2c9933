import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  normaliseAddress,
  normaliseEmail,
  normaliseIp,
  subjectsOf,
} from '../../domain/subjects.js';
import { exampleItems, exampleTransaction } from '../support/transactions.js';

describe('an e-mail address as a subject', () => {
  it.each([
    ['Dana.Whitfield@Example.com', 'dana.whitfield@example.com'],
    ['dana+shop@example.com', 'dana@example.com'],
    ['D.a.n.a+x+y@GoogleMail.com', 'dana@gmail.com'],
    ['dana.w@example.com', 'dana.w@example.com'],
    [' dana@example.com ', 'dana@example.com'],
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
  ])('%s is %s', (text, subject) => {
    expect(normaliseIp(text)).toBe(subject);
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
    expect(normaliseAddress(blank)).toBeUndefined();
    // A town alone is no place that two orders share.
    expect(normaliseAddress({ ...blank, city: 'Evanston', state: 'IL' })).toBeUndefined();
    expect(normaliseAddress({ ...blank, zip: '60202' })).toBeDefined();
  });
});
