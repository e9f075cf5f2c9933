const address = {
  name: 'Ann Example',
  streetLineOne: '1 Rehearsal Way',
  city: 'Nowhere',
  state: 'NY',
  zip: '00501',
  country: 'US',
};

/** A line of the order, by its number. */
const item = (number: number, description: string, price: number) => ({
  svsNumber: number,
  skuNumber: number,
  currentStatus: 'OPEN',
  department: 320,
  description,
  price,
  extendedPrice: price,
  quantity: 1,
  groupNumber: 1,
  shippingAddress: address,
  shippingMethod: 'GROUND',
  shippingCountry: 'US',
});

/**
 * The order by which a starting process rehearses. It is never stored, and shares no card, person
 * or address with any other. Its card number is valid and never issued.
 */
export const rehearsalOrder = {
  orderId: 'rehearsal',
  groupId: '1',
  orderTotal: 119.95,
  shippingCost: 0,
  currencyCode: 'USD',
  storeNumber: 7,
  banner: 's5a',
  source: 'web',
  ipAddress: '192.0.2.254',
  creditCard: {
    nameOnCard: 'Ann Example',
    billingAddress: address,
    cardType: 'VISA',
    cardNumber: '4999999999999996',
    authorizedAmount: 119.95,
    fullAmount: 119.95,
    expiryDate: '12-49',
    authCode: '123',
    responseCode: 100,
    transactionNumber: '7788',
    avsResponse: 'B',
  },
  promos: [{ promotionCode: 'REHEARSAL', promotionAmount: 10 }],
  items: [item(1, 'Wool scarf', 80), item(2, 'Leather belt', 39.95)],
  customer: {
    customerType: 'registered',
    accountId: 'rehearsal',
    creationDate: '2019-05-01',
    firstName: 'Ann',
    lastName: 'Example',
    emailAddress: 'rehearsal@example.com',
  },
  additionalData: { inAuthId: '00000000-0000-4000-8000-000000000000' },
};
