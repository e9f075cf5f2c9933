import type { SchemaName } from './schemas.js';

/** Bodies that hold every documented field once, with values like those of the seed texts. */
const address = {
  street1: '3865 Jasmine Circle',
  street2: 'Suite 4',
  city: 'San Jose',
  regionCode: 'CA',
  postalCode: '95135',
  countryCode: 'US',
};

const sardineCard = 'a3f1c2d4'.repeat(8);
const sessionKey = '972ae59c-a792-4123-a31e-b6311ef22f49';

const customers = {
  flow: { type: 'transaction' },
  sessionKey,
  customer: {
    id: '1a9ea105-2f59-4737-b4c2-3c5a8926ff8e',
    firstName: 'Dana',
    lastName: 'Whitfield',
    emailAddress: 'dana.whitfield@example.com',
    address,
  },
  transaction: {
    id: '2964c6d5-4e3f-484e-958f-44536c5d11e3',
    createdAtMillis: 1605827465000,
    amount: 12.34,
    currencyCode: 'USD',
    paymentMethod: {
      type: 'card',
      card: { first6: '411111', last4: '1111', hash: sardineCard },
    },
  },
  checkpoints: ['customer'],
};

const risks = {
  sessionKey,
  customerId: '1a9ea105-2f59-4737-b4c2-3c5a8926ff8e',
  partnerId: '59b8d327-97a6-4a6b-9436-6706ecec6325',
  partnerName: 'SuperFoods',
  customer: { accountAgeInDays: 325 },
  transaction: {
    id: '2964c6d5-4e3f-484e-958f-44536c5d11e3',
    createdAtMillis: 1605827465000,
    amount: 12.34,
    currencyCode: 'USD',
    type: 'purchase',
    merchant: { id: '526567789012346', mcc: '5411', name: 'SuperFoods CA USA' },
    terminal: {
      id: '36881001',
      type: 'pos_terminal',
      operator: 'customer_operated',
      onPremise: true,
      pinCapability: true,
    },
    address,
    entryInfo: {
      pan: 'contactless',
      pinEntered: true,
      card: 'card_present',
      cardHolder: 'customer_present',
    },
    validation: { avsZip: 'nodata', avsStreet: 'nodata', cvv: 'match' },
    fraudScore: {
      networkScore: 253,
      partnerScore: 21,
      reason: 'SUSPICIOUS_ACTIVITY|LOW_TRANSACTIONS',
    },
    foreignTransaction: false,
    recurring: false,
    note: 'SUPERFOODS 94715',
    accountBalance: 123.23,
    status: 'attempt',
  },
  card: {
    id: sardineCard,
    network: 'mastercard',
    balance: 235,
    balanceCurrencyCode: 'USD',
    isVirtual: false,
  },
  checkpoints: ['issuingrisk'],
  customString: { customerSegment: 'premium' },
  customBool: { verifiedCustomer: true },
  customNumber: { internalRiskScore: 57 },
  purchaseVerification: {},
};

const feedback = (type: string, status: string) => ({
  kind: 'issuing',
  customer: { id: '1a9ea105-2f59-4737-b4c2-3c5a8926ff8e' },
  transaction: { id: '2964c6d5-4e3f-484e-958f-44536c5d11e3', amount: 12.34 },
  feedback: {
    id: 'fb-1',
    scope: 'transaction',
    timeMillis: 1605827465000,
    type,
    status,
    reason: 'merchant_reject',
  },
});

const fraudCheck = {
  customerData: {
    currencyCode: 'USD',
    orderTotal: 187.45,
    pointValue: 12.5,
    alternateId: '81004517',
    sessionId: '0123456789abcdef'.repeat(2),
    isReactivatingOrder: false,
    walletId: '6a0e8b1c-93d5-5b0e-8a53-0d6a7f3f6c11',
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
    upline: '1001',
  },
  itemData: [{ name: 'Sweater', itemId: 456, partNumber: '1234', price: 97.5, quantity: 1 }],
};

const home = {
  name: 'Dana Whitfield',
  streetLineOne: '410 Maple Ave',
  streetLineTwo: 'Apt 3B',
  city: 'Evanston',
  state: 'IL',
  zip: '60202',
  country: 'US',
};

const hbcItem = {
  svsNumber: 40112233,
  skuNumber: 9200411,
  upcNumber: 190510442178,
  classNumber: 210,
  color: 'navy',
  size: 'M',
  currentStatus: 'ready',
  department: 114,
  signOnDelivery: 'no',
  giftWrapped: false,
  costAmount: 61,
  marginAmount: 36,
  description: 'Wool crewneck sweater',
  price: 97,
  extendedPrice: 97,
  quantity: 1,
  groupNumber: 1,
  shippingAddress: home,
  shippingMethod: 'standard',
  shippingCountry: 'US',
};

const dbRecord = {
  transactionId: 'tx_0f3b6c',
  lastModifiedDate: '2026-11-21',
  createdDate: '2026-11-20',
  transaction: {
    orderId: '81004517',
    groupId: '1',
    orderTotal: 187.45,
    shippingCost: 9.95,
    currencyCode: 'USD',
    storeNumber: 689,
    salesRep: 'Rep 5512',
    lastModifiedDate: '2026-11-20',
    banner: 's5a',
    creditCard: {
      nameOnCard: 'Dana Whitfield',
      billingAddress: home,
      cardType: 'visa',
      cardNumber: '411111******1111',
      authorizedAmount: 187.45,
      fullAmount: 187.45,
      expiryDate: '08-29',
      authCode: '',
      responseCode: 100,
      merchantId: 526567789012,
      registerNumber: '12',
      transactionNumber: '7781',
      avsResponse: 'H',
    },
    promos: [{ promotionCode: 'FALL10', promotionAmount: 10 }],
    items: [hbcItem],
    ipAddress: '73.44.18.201',
    source: 'web',
    customer: {
      customerType: 'registered',
      accountId: 'A-553201',
      creationDate: '2021-03-02',
      firstName: 'Dana',
      lastName: 'Whitfield',
      emailAddress: 'dana.whitfield@example.com',
    },
    additionalData: {
      inAuthId: '5ecf6502-e532-4738-aad5-7ac9701251dd',
      cvvResponse: 'M',
      shippingPhone: '3125550134',
    },
  },
  decision: {
    transactionId: 'tx_0f3b6c',
    recommendationCode: 'accept',
    crossReference: '5ecf6502-e532-4738-aad5-7ac9701251dd',
    rulesTripped: 'R01:AVS_NO_MATCH:15;',
    totalScore: 15,
    remarks: 'No source objects.',
  },
};

export const samples: readonly (readonly [SchemaName, unknown])[] = [
  ['sardine-customers', customers],
  ['sardine-issuing-risks', risks],
  ['sardine-feedbacks', feedback('authorization', 'issuer_declined')],
  ['sardine-feedbacks', feedback('settlement', 'chargeback')],
  ['yleo-detailed-fraud-check', fraudCheck],
  ['oms-db-record', dbRecord],
];
