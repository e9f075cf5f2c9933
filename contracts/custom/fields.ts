/**
 * The order fields that the generic partner may receive. There is no field for a card number, a
 * CVV, an expiry date, the name on a card or a free remark, so no template can send them.
 */
export const orderFields = [
  'order.transactionId',
  'order.id',
  'order.groupId',
  'order.receivedAt',
  'order.receivedAtMillis',
  'order.total',
  'order.shippingCost',
  'order.promoTotal',
  'order.itemCount',
  'order.currency',
  'order.banner',
  'order.bannerName',
  'order.source',
  'order.storeNumber',
  'order.localScore',
  'customer.id',
  'customer.type',
  'customer.createdOn',
  'customer.accountAgeDays',
  'customer.firstName',
  'customer.lastName',
  'customer.email',
  'customer.phone',
  'customer.ipAddress',
  'customer.deviceSession',
  'billing.name',
  'billing.street1',
  'billing.street2',
  'billing.city',
  'billing.region',
  'billing.postalCode',
  'billing.country',
  'shipping.name',
  'shipping.street1',
  'shipping.street2',
  'shipping.city',
  'shipping.region',
  'shipping.postalCode',
  'shipping.country',
  'shipping.method',
  'shipping.equalsBilling',
  'card.token',
  'card.first6',
  'card.last4',
  'card.brand',
  'card.authorizedAmount',
  'card.avsZip',
  'card.avsStreet',
] as const;
export type OrderField = (typeof orderFields)[number];

/** The fields of one line, available inside `$each: items`. */
export const lineFields = [
  'item.sku',
  'item.upc',
  'item.description',
  'item.department',
  'item.class',
  'item.quantity',
  'item.price',
  'item.extendedPrice',
  'item.giftWrapped',
] as const;
export type LineField = (typeof lineFields)[number];

/** The fields that a URL may contain, because other systems log URLs. */
export const pathFields = ['order.transactionId', 'order.id'] as const;
export type PathField = (typeof pathFields)[number];
