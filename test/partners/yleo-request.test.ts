import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toYleoRequest } from '../../partners/yleo/request.js';
import { belt, card, home, item, settingsWith, transactionWith } from './fixture.js';

const transactionId = 'tx_0f3b6c';
const settings = settingsWith();

const mapped = (changes?: Parameters<typeof transactionWith>[0], of = settings) => {
  const request = toYleoRequest(transactionWith(changes), { transactionId, settings: of });
  return JSON.parse(JSON.stringify(request));
};

const away = { ...home, streetLineOne: '9 Dock Rd', city: 'Miami', state: 'Florida', zip: '33101' };
const itemTo = (shippingAddress: object, changes: object = {}) => ({
  ...item,
  shippingAddress,
  ...changes,
});

describe('toYleoRequest', () => {
  it('sends every field that the order gives, and nothing else', () => {
    expect(mapped()).toEqual({
      customerData: {
        currencyCode: 'USD',
        orderTotal: 187.45,
        alternateId: '81004517',
        sessionId: createHash('sha256').update(transactionId).digest('hex').slice(0, 32),
        isReactivatingOrder: false,
        walletId: card.walletId,
        email: 'dana.whitfield@example.com',
        sourceId: 71,
        shippingPhoneNumber: '0123456789',
        shippingMethodId: 1,
        countryIsoCode2: 'US',
        shippingAddress: {
          shippingName: 'Dana Whitfield',
          street1: '410 Maple Ave',
          street2: 'Apt 3B',
          state: 'IL',
          postalCode: '60202',
          city: 'Evanston',
          countryIsoCode2: 'US',
        },
      },
      itemData: [
        {
          name: 'Wool crewneck sweater',
          itemId: 9200411,
          partNumber: '190510442178',
          price: 97,
          quantity: 1,
        },
        {
          name: 'Leather belt',
          itemId: 9200977,
          partNumber: '40119871',
          price: 45.25,
          quantity: 2,
        },
      ],
    });
  });

  it('sends no second street line where there is none', () => {
    const items = [itemTo({ ...home, streetLineTwo: ' ' })];
    expect(mapped({ order: { items } }).customerData.shippingAddress).not.toHaveProperty('street2');
  });

  it.each([
    ['web', 71],
    [' WEB ', 71],
    ['Subscription', 72],
  ])('gives source %j the id %i', (source, sourceId) => {
    expect(mapped({ order: { source } }).customerData.sourceId).toBe(sourceId);
  });

  it.each(['store', 'phone', 'constructor', '__proto__'])(
    'does not apply to source %j, which Yleo has no id for',
    (source) => {
      expect(mapped({ order: { source } })).toEqual({
        notApplicable: 'source has no Yleo source id',
      });
    },
  );

  it.each([
    ['Overnight', 4],
    ['two-day', 3],
    ['by drone', 1],
    ['', 1],
    ['toString', 1],
  ])('gives shipping method %j the id %i', (shippingMethod, id) => {
    const items = [{ ...item, shippingMethod }];
    expect(mapped({ order: { items } }).customerData.shippingMethodId).toBe(id);
  });

  it('does not apply to a method that is not listed where the settings give no default', () => {
    const of = settingsWith({ yleo: { defaultShippingMethodId: null } });
    const items = [{ ...item, shippingMethod: 'by drone' }];
    expect(mapped({ order: { items } }, of)).toEqual({
      notApplicable: 'shipping method has no Yleo id',
    });
    expect(mapped({}, of).customerData.shippingMethodId).toBe(1);
  });

  it("reads a banner's own maps in place of the common ones, and of no other banner", () => {
    const { banners } = settings;
    const own = { sourceIds: { web: 90 }, shippingMethodIds: { drone: 7 } };
    const of = { ...settings, banners: { ...banners, s5a: { ...banners.s5a, yleo: own } } };
    const items = [{ ...item, shippingMethod: 'drone' }];
    const ids = (banner: 's5a' | 'lat') => {
      const { sourceId, shippingMethodId } = mapped({ order: { banner, items } }, of).customerData;
      return [sourceId, shippingMethodId];
    };
    expect([ids('s5a'), ids('lat')]).toEqual([
      [90, 7],
      [71, 1],
    ]);
    expect(mapped({ order: { banner: 's5a', source: 'subscription' } }, of)).toEqual({
      notApplicable: 'source has no Yleo source id',
    });
  });

  it("uses the order's phone and Kount's placeholders for a phone and an e-mail it lacks", () => {
    const inAuthId = '5ecf6502-e532-4738-aad5-7ac9701251dd';
    const additionalData = { inAuthId, shippingPhone: ' 312 555 0134 ' };
    const { customerData } = mapped({ order: { additionalData }, customer: { emailAddress: '' } });
    expect(customerData.shippingPhoneNumber).toBe('312 555 0134');
    expect(customerData.email).toBe('noemail@Kount.com');
  });

  it('names an item without a description by its part number', () => {
    const [first] = mapped({ order: { items: [{ ...belt, description: ' ' }] } }).itemData;
    expect(first.name).toBe('40119871');
  });

  it('ships to the address with the largest sum, with that line’s method', () => {
    const items = [
      itemTo(home, { extendedPrice: 60 }),
      itemTo(away, { extendedPrice: 40, shippingMethod: 'overnight' }),
      itemTo({ ...away, name: 'Someone Else' }, { extendedPrice: 30, shippingMethod: 'standard' }),
    ];
    const { customerData } = mapped({ order: { items } });
    expect(customerData.shippingAddress).toMatchObject({ city: 'Miami', state: 'FL' });
    expect(customerData.shippingMethodId).toBe(4);
  });

  it('ships to the first of two addresses with equal sums, and counts fractions exactly', () => {
    const items = [
      itemTo(away, { extendedPrice: 0.3 }),
      itemTo(home, { extendedPrice: 0.1 }),
      itemTo(home, { extendedPrice: 0.2 }),
    ];
    expect(mapped({ order: { items } }).customerData.shippingAddress.city).toBe('Miami');
  });

  it.each([
    ['US', 'california', 'CA'],
    ['USA', 'Puerto Rico', 'PR'],
    ['Canada', 'Québec', 'QC'],
    ['DE', 'be', 'BE'],
  ])('writes %s %s as state %s', (country, state, code) => {
    const items = [itemTo({ ...home, country, state })];
    expect(mapped({ order: { items } }).customerData.shippingAddress.state).toBe(code);
  });

  it.each([
    [{ country: 'PR', state: '' }, 'PR'],
    [{ country: 'Puerto Rico', state: 'San Juan' }, 'PR'],
    [{ country: 'US', state: 'Puerto Rico' }, 'PR'],
    [{ country: 'USVI', state: 'St. Thomas' }, 'VI'],
    [{ country: 'GUM', state: 'GU' }, 'GU'],
  ])('writes a territory of the US as one of its states, with its zip: %j', (spelt, state) => {
    const items = [itemTo({ ...home, ...spelt, zip: '901' })];
    const { shippingAddress } = mapped({ order: { items } }).customerData;
    const wanted = { state, countryIsoCode2: 'US', postalCode: '00901' };
    expect(shippingAddress).toMatchObject(wanted);
  });

  it("uses the line's country where its address has none", () => {
    const items = [itemTo({ ...home, country: '' })];
    const { shippingAddress } = mapped({ order: { items } }).customerData;
    expect(shippingAddress.countryIsoCode2).toBe('US');
  });

  it.each([
    [{ country: 'Atlantis' }, { shippingCountry: '?' }, 'shipping country is not in ISO 3166'],
    [{ state: 'Ontario' }, {}, 'shipping state has no two-letter code'],
    [{ country: 'GB', state: 'Greater London' }, {}, 'shipping state has no two-letter code'],
    [{ name: '' }, {}, 'shipping name is blank'],
    [{ streetLineOne: ' ' }, {}, 'shipping street is blank'],
    [{ zip: '' }, {}, 'shipping postal code is blank'],
    [{ city: '' }, {}, 'shipping city is blank'],
  ])('does not apply to an address with %j', (address, line, reason) => {
    const items = [itemTo({ ...home, ...address }, line)];
    expect(mapped({ order: { items } })).toEqual({ notApplicable: reason });
  });

  it('does not apply to a billing country that cannot be mapped', () => {
    const billingAddress = { ...home, country: 'Atlantis' };
    expect(mapped({ creditCard: { billingAddress } })).toEqual({
      notApplicable: 'billing country is not in ISO 3166',
    });
  });
});
