import { describe, expect, it } from 'vitest';
import { addressKeyOf } from '../../domain/address/place-key.js';
import { isFreightForwarder, isPoBox } from '../../domain/facts/address.js';
import { isElectronic, isExpedited } from '../../domain/facts/shipping-method.js';

const home = {
  name: 'Dana Whitfield',
  streetLineOne: '410 Maple Ave',
  streetLineTwo: 'Apt 3B',
  city: 'Evanston',
  state: 'IL',
  zip: '60202',
  country: 'US',
};

describe('shipping methods', () => {
  it.each([
    'same day',
    'Same-Day',
    'NEXT DAY AIR',
    'nextday',
    'next business day',
    '2nd Day',
    '2-day',
    'FedEx 2Day',
    'two-day',
    'overnight',
    'Express',
    'expedited',
    'ND',
    '2D',
    'SD',
  ])('%j is expedited', (method) => {
    expect(isExpedited(method)).toBe(true);
  });

  it.each(['standard', '', ' ', 'ground', '3-5 business days', 'pickup', 'electronic', 'Monday'])(
    '%j is not expedited',
    (method) => {
      expect(isExpedited(method)).toBe(false);
    },
  );

  it.each(['electronic', 'E-mail', 'email', 'e-delivery', 'eDelivery', 'Digital'])(
    '%j is electronic',
    (method) => {
      expect(isElectronic(method)).toBe(true);
    },
  );

  it.each(['standard', '', 'overnight'])('%j is not electronic', (method) => {
    expect(isElectronic(method)).toBe(false);
  });
});

describe('addresses', () => {
  it.each([
    { name: 'Someone Else' },
    { streetLineOne: '410 maple avenue' },
    { streetLineOne: '410 Maple Ave.', streetLineTwo: '#3b' },
    { streetLineOne: '410 Maple Ave Unit 3B', streetLineTwo: '' },
    { zip: '60202-1234' },
    { city: 'EVANSTON', country: 'usa' },
  ])('%j is the same place', (change) => {
    expect(addressKeyOf({ ...home, ...change })).toBe(addressKeyOf(home));
  });

  it.each([
    { streetLineOne: '411 Maple Ave' },
    { streetLineTwo: 'Apt 4B' },
    { streetLineTwo: '' },
    { zip: '60203' },
    { country: 'CA' },
  ])('%j is another place', (change) => {
    expect(addressKeyOf({ ...home, ...change })).not.toBe(addressKeyOf(home));
  });

  it('numbers that follow one another stay two', () => {
    const at = (streetLineOne: string) => addressKeyOf({ ...home, streetLineOne });
    expect(at('12 3rd St')).not.toBe(at('1 23rd St'));
    expect(at('12 3rd Street')).toBe(at('12 3rd St.'));
  });

  it.each(
    ['PO Box 12', 'P.O. Box 12', 'p o box 9', 'POBOX 9', 'PMB 120', 'Case postale 4'].concat([
      'POB 12',
      'P.O.B. 12',
      'Post Office Box 7',
      'C.P. 40',
      'Apartado postal 3',
      'PO Box # 12',
    ]),
  )('%j is a PO box', (streetLineTwo) => {
    expect(isPoBox({ ...home, streetLineTwo })).toBe(true);
  });

  it.each(['', 'Boxwood Lane 4', 'Po Street', 'Pobst Road 3'])('%j is no PO box', (street) => {
    expect(isPoBox({ ...home, streetLineOne: street })).toBe(false);
  });

  const forwarders = ['myus', 'freight forwarder', 'planet express', 'stackry', ''];

  it.each([
    { name: 'MyUS 12345' },
    { name: 'Dana c/o STACKRY' },
    { streetLineTwo: 'MYUS.com' },
    { streetLineTwo: 'Suite MYUS12345' },
    { streetLineTwo: 'Freight Forwarders Inc' },
    { streetLineOne: 'Planet-Express', streetLineTwo: '' },
  ])('%j is on the freight-forwarder list', (change) => {
    expect(isFreightForwarder({ ...home, ...change }, forwarders)).toBe(true);
  });

  it.each([
    {},
    { name: 'Amyus Brown' },
    { name: 'Olga Stackryson' },
    { name: 'Dana Planet', streetLineOne: 'Express Way 4' },
    { streetLineOne: '4 Myuston Road' },
    { streetLineOne: 'Freight Street' },
    { streetLineOne: 'Freight forward' },
  ])('%j is not on the freight-forwarder list', (change) => {
    expect(isFreightForwarder({ ...home, ...change }, forwarders)).toBe(false);
  });
});
