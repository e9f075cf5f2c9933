import { describe, expect, it } from 'vitest';
import { toCustomerRequest } from '../../partners/sardine/customer-request.js';
import { sardineIdsOf } from '../../partners/sardine/ids.js';
import { toRiskRequest } from '../../partners/sardine/risk-request.js';
import {
  card,
  contextWith,
  home,
  item,
  receivedAtMs,
  settingsWith,
  transactionWith,
} from './fixture.js';

const transactionId = 'tx_0f3b6c';
const guestIdOf = (email: string): string => `hmac(${email})`;
const settings = settingsWith();

type Changes = Parameters<typeof transactionWith>[0];

const idsWith = (changes?: Changes) =>
  sardineIdsOf(transactionWith(changes), transactionId, guestIdOf);

/** As it goes over the wire. */
const wire = <T>(body: T): T => JSON.parse(JSON.stringify(body));

const riskWith = (changes?: Changes, of = settings) =>
  wire(
    toRiskRequest(transactionWith(changes), {
      ...contextWith(),
      settings: of,
      ids: idsWith(changes),
    }),
  );

const customerWith = (changes?: Changes) =>
  wire(toCustomerRequest(transactionWith(changes), { ...contextWith(), ids: idsWith(changes) }));

describe('sardineIdsOf', () => {
  it('uses the device session and the account', () => {
    expect(idsWith()).toEqual({
      sessionKey: '5ecf6502-e532-4738-aad5-7ac9701251dd',
      customerId: 'A-553201',
    });
  });

  it('derives a stable UUID of version 5 where no device session is known', () => {
    const { sessionKey } = idsWith({ order: { additionalData: null } });
    expect(sessionKey).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(idsWith({ order: { additionalData: null } }).sessionKey).toBe(sessionKey);
    const other = sardineIdsOf(
      transactionWith({ order: { additionalData: null } }),
      'tx_other',
      guestIdOf,
    );
    expect(other.sessionKey).not.toBe(sessionKey);
  });

  const guest = { customerType: 'guest', accountId: '', emailAddress: ' Ann@Example.com '.trim() };

  it('identifies a guest by a keyed function of the lower-case e-mail', () => {
    expect(idsWith({ customer: guest }).customerId).toBe('guest:hmac(ann@example.com)');
  });

  it('treats a guest with an account number as a guest, and a blank account too', () => {
    expect(idsWith({ customer: { ...guest, accountId: 'A-1' } }).customerId).toMatch(/^guest:/);
    const blank = { accountId: '  ', customerType: 'registered' };
    expect(idsWith({ customer: blank }).customerId).toBe('guest:hmac(dana.whitfield@example.com)');
  });

  it('keeps guests without an e-mail apart by their cards', () => {
    const { customerId } = idsWith({ customer: { ...guest, emailAddress: '' } });
    expect(customerId).toBe(`guest:${card.sardineCardId}`);
  });

  it('cuts a long account by code points, never through one', () => {
    const { customerId } = idsWith({ customer: { accountId: '💳'.repeat(120) } });
    expect(customerId).toBe('💳'.repeat(100));
  });
});

describe('toRiskRequest', () => {
  it('sends every field that a web order gives, and nothing else', () => {
    expect(riskWith()).toEqual({
      sessionKey: '5ecf6502-e532-4738-aad5-7ac9701251dd',
      customerId: 'A-553201',
      partnerId: 's5a',
      partnerName: 'Saks Fifth Avenue',
      customer: { accountAgeInDays: 2089 },
      transaction: {
        id: transactionId,
        createdAtMillis: receivedAtMs,
        amount: 187.45,
        currencyCode: 'USD',
        type: 'purchase',
        status: 'attempt',
        merchant: { id: '526567789012', mcc: '5311', name: 'Saks Fifth Avenue' },
        terminal: {
          type: 'electronic_commerce',
          operator: 'customer_operated',
          onPremise: false,
        },
        address: { countryCode: 'US' },
        validation: { avsZip: 'match', avsStreet: 'match', cvv: 'not_verified' },
        foreignTransaction: false,
        recurring: false,
      },
      card: { id: card.sardineCardId, network: 'visa' },
      checkpoints: ['issuingrisk'],
      customString: { banner: 's5a', source: 'web', shippingMethod: 'standard' },
      customBool: { billingEqualsShipping: true, giftWrapped: false },
      customNumber: {
        itemCount: 3,
        orderTotal: 187.45,
        shippingCost: 9.95,
        promoTotal: 10,
        localScore: 12,
      },
    });
  });

  it('describes the terminal and the card holder of a store order', () => {
    const { transaction } = riskWith({ order: { source: 'Store' } });
    expect(transaction.terminal).toEqual({
      type: 'pos_terminal',
      operator: 'card_acceptor_operated',
      onPremise: true,
      id: '12',
    });
    expect(transaction.entryInfo).toEqual({
      card: 'card_present',
      cardHolder: 'customer_present',
    });
  });

  it('reads further sources by the settings, whatever their case', () => {
    const settingsOf = settingsWith({
      sardine: { sourceMap: { Kiosk: 'store', app: 'web' }, recurringSources: ['Subscription'] },
    });
    const transactionFrom = (source: string) =>
      riskWith({ order: { source } }, settingsOf).transaction;
    expect(transactionFrom('kiosk').terminal).toMatchObject({ type: 'pos_terminal', id: '12' });
    expect(transactionFrom('APP').terminal).toMatchObject({ type: 'electronic_commerce' });
    expect(transactionFrom('toString').terminal).toMatchObject({ type: 'unspecified' });
    expect(transactionFrom('app').recurring).toBe(false);
    expect(transactionFrom(' subscription ').recurring).toBe(true);
  });

  it('leaves the terminal of any other source unspecified, named by the store', () => {
    const changes = { order: { source: 'phone' }, creditCard: { registerNumber: ' ' } };
    const { transaction } = riskWith(changes);
    expect(transaction.terminal).toEqual({
      type: 'unspecified',
      operator: 'unspecified',
      id: '689',
    });
    expect(transaction.entryInfo).toBeUndefined();
  });

  it("sends the store's own address where the directory knows it, cut to Sardine's limits", () => {
    const store = {
      number: 689,
      banner: 's5a',
      street: 's'.repeat(120),
      city: 'New York',
      region: 'NY',
      postalCode: '10022-1234567890-123456',
      country: 'US',
    };
    const others = [
      { ...store, banner: 'bay', city: 'Toronto' },
      { ...store, number: 690 },
    ];
    const { transaction } = riskWith({}, settingsWith({ stores: [...others, store] }));
    expect(transaction.address).toEqual({
      street1: 's'.repeat(100),
      city: 'New York',
      regionCode: 'NY',
      postalCode: '10022-1234567890-123',
      countryCode: 'US',
    });
  });

  it("falls back to the banner's country and merchant id", () => {
    const bay = {
      ...settings.banners.bay,
      merchantId: 'BAY-1',
    };
    const { transaction, partnerName } = riskWith(
      { order: { banner: 'bay', currencyCode: 'cad' }, creditCard: { merchantId: null } },
      settingsWith({ banners: { ...settings.banners, bay } }),
    );
    expect(partnerName).toBe("Hudson's Bay");
    expect(transaction).toMatchObject({
      currencyCode: 'CAD',
      merchant: { id: 'BAY-1' },
      address: { countryCode: 'CA' },
      foreignTransaction: true,
    });
  });

  it('leaves the merchant id and the foreign flag out when they are unknown', () => {
    const { transaction } = riskWith({
      creditCard: { merchantId: null, billingAddress: { ...home, country: 'Atlantis' } },
    });
    expect(transaction.merchant).toEqual({ mcc: '5311', name: 'Saks Fifth Avenue' });
    expect(transaction).not.toHaveProperty('foreignTransaction');
  });

  it.each([
    ['H', 'match', 'match'],
    ['A', 'match', 'nomatch'],
    ['D', 'nomatch', 'match'],
    ['G', 'nomatch', 'nomatch'],
    ['JB', 'not_verified', 'match'],
    ['4', 'not_verified', 'not_verified'],
    ['2', 'error', 'error'],
    ['1', 'nodata', 'nodata'],
    ['9 ', 'match', 'match'],
    ['??', 'not_verified', 'not_verified'],
  ])('says AVS code %j as zip %s, street %s', (avsResponse, avsZip, avsStreet) => {
    const { validation } = riskWith({ creditCard: { avsResponse } }).transaction;
    expect(validation).toMatchObject({ avsZip, avsStreet });
  });

  it('reads the AVS code in the configured dialect', () => {
    const visa = settingsWith({ avs: { dialect: 'visa' } });
    const { validation } = riskWith({ creditCard: { avsResponse: 'D' } }, visa).transaction;
    expect(validation).toMatchObject({ avsZip: 'match', avsStreet: 'match' });
  });

  it.each([
    ['M', 'match'],
    [' n ', 'nomatch'],
    ['U', 'not_supported'],
    ['I', 'error'],
    ['P', 'not_verified'],
    ['', 'not_verified'],
  ])('says CVV reply %j as %s', (cvvResponse, cvv) => {
    const inAuthId = '5ecf6502-e532-4738-aad5-7ac9701251dd';
    const { validation } = riskWith({
      order: { additionalData: { inAuthId, cvvResponse } },
    }).transaction;
    expect(validation.cvv).toBe(cvv);
  });

  it.each([
    ['Visa', 'unknown', 'visa'],
    ['MC', 'visa', 'mastercard'],
    ['Master Card', 'unknown', 'mastercard'],
    ['AMEX', 'unknown', 'american_express'],
    ['American Express', 'visa', 'american_express'],
    ['', 'mastercard', 'mastercard'],
    ['', 'american_express', 'american_express'],
    ['discover', 'discover', 'other'],
    ['Saks Store Card', 'unknown', 'other'],
  ] as const)('names the network of card type %j and range %s %s', (cardType, brand, network) => {
    expect(riskWith({ creditCard: { cardType }, card: { brand } }).card.network).toBe(network);
  });

  it.each([
    ['2026-11-20', 0],
    ['2026-11-19', 1],
    ['2027-01-01', 0],
  ])('counts the days since %s in UTC as %i', (creationDate, days) => {
    expect(riskWith({ customer: { creationDate } }).customer.accountAgeInDays).toBe(days);
  });

  it('flags another shipping address and a gift wrap anywhere in the order', () => {
    const away = { ...home, streetLineOne: '9 Dock Rd', city: 'Miami', state: 'FL', zip: '33101' };
    const { customBool } = riskWith({
      order: {
        items: [
          { ...item, shippingAddress: away },
          { ...item, extendedPrice: 1, giftWrapped: true },
        ],
      },
    });
    expect(customBool).toEqual({ billingEqualsShipping: false, giftWrapped: true });
  });

  it('adds promotions exactly and sends 0 where there are none', () => {
    const promos = [0.1, 0.2].map((promotionAmount) => ({ promotionCode: 'P', promotionAmount }));
    expect(riskWith({ order: { promos } }).customNumber.promoTotal).toBe(0.3);
    expect(riskWith({ order: { promos: null } }).customNumber.promoTotal).toBe(0);
  });
});

describe('toCustomerRequest', () => {
  it('sends the customer, the billing address and the truncated card', () => {
    expect(customerWith()).toEqual({
      flow: { type: 'transaction' },
      sessionKey: '5ecf6502-e532-4738-aad5-7ac9701251dd',
      customer: {
        id: 'A-553201',
        firstName: 'Dana',
        lastName: 'Whitfield',
        emailAddress: 'dana.whitfield@example.com',
        address: {
          street1: '410 Maple Ave',
          street2: 'Apt 3B',
          city: 'Evanston',
          regionCode: 'IL',
          postalCode: '60202',
          countryCode: 'US',
        },
      },
      transaction: {
        id: transactionId,
        createdAtMillis: receivedAtMs,
        amount: 187.45,
        currencyCode: 'USD',
        paymentMethod: {
          type: 'card',
          card: { first6: '411111', last4: '1111', hash: card.sardineCardId },
        },
      },
      checkpoints: ['customer'],
    });
  });

  it("gives the card the same id in both calls, as Sardine's correlation wants", () => {
    expect(customerWith().transaction.paymentMethod.card.hash).toBe(riskWith().card.id);
    expect(customerWith().customer.id).toBe(riskWith().customerId);
  });

  it("cuts the address to Sardine's limits and writes country and state as codes", () => {
    const billingAddress = {
      name: 'x',
      streetLineOne: 'é'.repeat(101),
      streetLineTwo: '😀'.repeat(101),
      city: 'c'.repeat(101),
      state: 'Québec',
      zip: '1'.repeat(21),
      country: 'Canada',
    };
    expect(customerWith({ creditCard: { billingAddress } }).customer.address).toEqual({
      street1: 'é'.repeat(100),
      street2: '😀'.repeat(100),
      city: 'c'.repeat(100),
      regionCode: 'QC',
      postalCode: '1'.repeat(20),
      countryCode: 'CA',
    });
  });

  it.each([
    { state: '', country: 'PR' },
    { state: 'Puerto Rico', country: 'USA' },
    { state: 'San Juan', country: 'Puerto Rico' },
  ])('writes a territory of the US as one of its states, with its zip: %j', (spelt) => {
    const billingAddress = { ...home, ...spelt, zip: '901' };
    const wanted = { regionCode: 'PR', countryCode: 'US', postalCode: '00901' };
    expect(customerWith({ creditCard: { billingAddress } }).customer.address).toMatchObject(wanted);
  });

  it('leaves blank and unknown values out, and an address of which nothing is left', () => {
    const blank = {
      name: '',
      streetLineOne: ' ',
      streetLineTwo: '',
      city: '',
      state: '',
      zip: '',
      country: 'Atlantis',
    };
    const request = customerWith({
      creditCard: { billingAddress: blank },
      customer: { firstName: '', lastName: '  ', emailAddress: '' },
    });
    expect(Object.keys(request.customer)).toEqual(['id']);
    const region = customerWith({
      creditCard: { billingAddress: { ...blank, state: 'r'.repeat(60) } },
    });
    expect(region.customer.address).toEqual({ regionCode: 'r'.repeat(50) });
  });
});
