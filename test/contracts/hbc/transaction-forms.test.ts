import { describe, expect, it } from 'vitest';
import { parseTransaction, workflowIdOf } from '../../../contracts/hbc/transaction.js';
import { exampleBody } from '../../support/transactions.js';
import { codesOf, type Field, fieldsOf, type Kind, parseWith } from './fields.js';

const named = (...kinds: Kind[]) =>
  fieldsOf(...kinds).map((field) => [field.name, field] as [string, Field]);

/** The parser's word on each value: what it read, or the code of its one fault at that path. */
const readAll = (field: Field, values: readonly string[]) =>
  values.map((value) => {
    const { faults, value: read } = parseWith(field, value);
    const [fault, ...more] = codesOf(faults);
    if (fault === undefined) return read;
    return more.length === 0 && fault[1] === field.name ? fault[0] : faults;
  });

describe('dates', () => {
  it.each(named('date'))('%s is a real day, padded, without a time', (_name, field) => {
    const days = ['2026-11-21', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'];
    expect(readAll(field, days)).toEqual(days);
    const others = [
      '2026-02-30',
      '2026-02-29',
      '1900-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-4-9',
      '2026-11-21T00:00:00Z',
      '2026-11-21 ',
      '21-11-2026',
      '20261121',
      '+02026-11-21',
      'today',
    ];
    expect(readAll(field, others)).toEqual(others.map(() => 'invalid_date'));
  });

  it.each(named('expiry'))('%s is a month as MM-YY', (_name, field) => {
    expect(readAll(field, ['01-00', '12-99', '08-29'])).toEqual(['01-00', '12-99', '08-29']);
    const others = ['00-29', '13-29', '8-29', '08/29', '0829', '08-2029', '08-29 ', 'x08-29'];
    expect(readAll(field, others)).toEqual(others.map(() => 'invalid_date'));
  });
});

describe('e-mail addresses', () => {
  it.each(named('email'))('%s has a local part and a domain with a dot', (_name, field) => {
    const good = [
      'ann@example.com',
      'ann+sardine-high@example.com',
      "o'hara@example.co.uk",
      'é@exämple.fr',
      `${'a'.repeat(64)}@example.com`,
      '1@1.de',
      'a@xn--exmple-cua.com',
    ];
    expect(readAll(field, good)).toEqual(good);
    const bad = [
      'ann',
      'ann@',
      '@example.com',
      'ann@localhost',
      'ann@@example.com',
      'ann@example..com',
      'a..b@example.com',
      '.ann@example.com',
      'ann.@example.com',
      'ann@-example.com',
      'ann@example-.com',
      'ann@example.com.',
      'ann@example.--',
      'ann@example.c',
      'ann @example.com',
      ' ann@example.com',
      'ann@example.com\n',
      '"ann"@example.com',
      'Ann <ann@example.com>',
      'ann@[127.0.0.1]',
      `${'a'.repeat(65)}@example.com`,
      `a@${'b'.repeat(64)}.com`,
    ];
    expect(readAll(field, bad)).toEqual(bad.map(() => 'invalid_email'));
    expect(readAll(field, [`a@${'b'.repeat(320)}.com`])).toEqual(['too_long']);
  });
});

describe('IP addresses', () => {
  it.each(named('ip'))('%s is IPv4 or IPv6, private ranges included', (_name, field) => {
    const good = ['1.2.3.4', '10.0.0.1', '255.255.255.255', '::1', '::', '2001:DB8::a'];
    const mapped = ['::ffff:1.2.3.4', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'];
    expect(readAll(field, [...good, ...mapped])).toEqual([...good, ...mapped]);
    const bad = [
      '256.1.1.1',
      '1.2.3',
      '1.2.3.4.5',
      '01.2.3.4',
      ' 1.2.3.4',
      '1.2.3.4:80',
      '10.0.0.0/8',
      '1::2::3',
      '12345::',
      'fe80::1%eth0',
      '[::1]',
      'localhost',
    ];
    expect(readAll(field, bad)).toEqual(bad.map(() => 'invalid_value'));
  });
});

describe('other forms', () => {
  it.each(named('uuid'))('%s is a UUID of any version, in lower case', (_name, field) => {
    const upper = '5ECF6502-E532-4738-AAD5-7AC9701251DD';
    const [sample, nil] = readAll(field, [upper, '00000000-0000-0000-0000-000000000000']);
    expect([sample, nil]).toEqual([upper.toLowerCase(), '00000000-0000-0000-0000-000000000000']);
    const bad = [upper.replaceAll('-', ''), `{${upper}}`, ` ${upper}`, upper.replace('E', 'G')];
    expect(readAll(field, bad)).toEqual(bad.map(() => 'invalid_value'));
  });

  it.each(named('currency'))('%s is a code of ISO 4217, in upper case', (_name, field) => {
    expect(readAll(field, ['USD', 'cad', ' Eur '])).toEqual(['USD', 'CAD', 'EUR']);
    const bad = [
      'US',
      'USDD',
      '840',
      'U$D',
      'ÜSD',
      'U D',
      'ABC',
      'ZZZ',
      'DEM',
      'X'.repeat(3),
      'XTS',
    ];
    expect(readAll(field, bad)).toEqual(bad.map(() => 'invalid_currency'));
  });

  it.each(named('pan'))('%s has 12 to 19 digits, spaces and dashes aside', (_name, field) => {
    const spaced = ['4111 1111 1111 1111', '4111-1111-1111-1111', '4111111111111111'];
    expect(readAll(field, spaced)).toEqual(spaced.map(() => '4111111111111111'));
    // A private-label number need not pass Luhn.
    const edges = ['0'.repeat(12), '1'.repeat(19)];
    expect(readAll(field, edges)).toEqual(edges);
    const bad = ['1'.repeat(11), '1'.repeat(20), '4111.1111.1111.1111', '4111x11111111111', '-'];
    expect(readAll(field, [...bad, '٤١١١١١١١١١١١١١١١'])).toEqual(
      [...bad, ''].map(() => 'invalid_value'),
    );
  });
});

describe('ids', () => {
  it.each(named('filled'))('%s has at most 64 characters and keeps them all', (_name, field) => {
    const longest = 'x'.repeat(64);
    expect(readAll(field, [longest, ' 10/01:é '])).toEqual([longest, ' 10/01:é ']);
    expect(readAll(field, [`${longest}x`])).toEqual(['too_long']);
  });

  it('a workflow id holds 255 bytes once encoded, and not one more', () => {
    const parse = (orderId: string, groupId: string) =>
      parseTransaction(exampleBody({ orderId, groupId }));
    const idOf = (orderId: string, groupId: string) =>
      workflowIdOf({ banner: 's5a', orderId, groupId });
    const order = '€'.repeat(21);
    const [fits, tooLong] = ['x'.repeat(61), 'x'.repeat(62)];
    expect(idOf(order, fits)).toHaveLength(255);
    expect(parse(order, fits).ok).toBe(true);
    const refused = parse(order, tooLong);
    expect(refused.ok ? [] : codesOf(refused.faults)).toEqual([['invalid_value', '$.orderId']]);
  });

  it('two orders never share a workflow id', () => {
    const one = workflowIdOf({ banner: 's5a', orderId: '1:2', groupId: '3' });
    const two = workflowIdOf({ banner: 's5a', orderId: '1', groupId: '2:3' });
    expect(one).not.toBe(two);
  });
});
