import type { LineField, OrderField, PathField } from '../../contracts/custom/fields.js';
import type { Address } from '../../contracts/hbc/credit-card.js';
import type { Item } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import { addressKeyOf } from '../../domain/address/place-key.js';
import { restoreZeros } from '../../domain/address/zip.js';
import { canonicalAvs } from '../../domain/avs.js';
import { countryOf, regionOf } from '../../domain/country.js';
import { sumAmounts } from '../../domain/money.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { utcDayOf, utcDayOfDate } from '../../domain/utc-day.js';
import { mainLineOf } from '../shipment.js';
import { filled } from '../texts.js';

/** The value of a field; undefined when the order has none. */
export type FieldValue = string | number | boolean | undefined;

/** An order in the form from which a request to the generic partner is built. */
export interface OrderToSend {
  readonly transaction: SanitisedTransaction;
  readonly transactionId: string;
  readonly receivedAtMs: number;
  readonly totalScore: number;
  readonly settings: Settings;
  /** A keyed one-way function: one purpose and value always give the same pseudonym. */
  readonly pseudonymOf: (purpose: string, value: string) => string;
}

const orderFieldsOf = (order: OrderToSend) => {
  const { transaction, receivedAtMs, settings } = order;
  const { items, promos = [], banner } = transaction;
  return {
    'order.transactionId': order.transactionId,
    'order.id': transaction.orderId,
    'order.groupId': transaction.groupId,
    'order.receivedAt': new Date(receivedAtMs).toISOString(),
    'order.receivedAtMillis': receivedAtMs,
    'order.total': transaction.orderTotal,
    'order.shippingCost': transaction.shippingCost,
    'order.promoTotal': sumAmounts(promos.map(({ promotionAmount }) => promotionAmount)),
    'order.itemCount': items.reduce((count, { quantity }) => count + quantity, 0),
    'order.currency': transaction.currencyCode,
    'order.banner': banner,
    'order.bannerName': settings.banners[banner].name,
    'order.source': filled(transaction.source),
    'order.storeNumber': transaction.storeNumber,
    'order.localScore': order.totalScore,
  };
};

/** The shopper's account; for a guest a pseudonym of the e-mail address, else of the card. */
const customerIdOf = ({ transaction, pseudonymOf }: OrderToSend): string => {
  const { customer, card } = transaction;
  const account = filled(customer.accountId);
  if (customer.customerType !== 'guest' && account !== undefined) return account;
  const email = filled(customer.emailAddress)?.toLowerCase();
  return `guest:${pseudonymOf('custom-guest', email ?? card.sardineCardId)}`;
};

const customerFieldsOf = (order: OrderToSend) => {
  const { customer, additionalData, ipAddress } = order.transaction;
  const ageDays = utcDayOf(order.receivedAtMs) - utcDayOfDate(customer.creationDate);
  return {
    'customer.id': customerIdOf(order),
    'customer.type': customer.customerType,
    'customer.createdOn': customer.creationDate,
    'customer.accountAgeDays': Math.max(0, ageDays),
    'customer.firstName': filled(customer.firstName),
    'customer.lastName': filled(customer.lastName),
    'customer.email': filled(customer.emailAddress),
    'customer.phone': filled(additionalData?.shippingPhone),
    'customer.ipAddress': filled(ipAddress),
    'customer.deviceSession': additionalData?.inAuthId,
  };
};

const placeOf = (address: Address) => ({
  name: filled(address.name),
  street1: filled(address.streetLineOne),
  street2: filled(address.streetLineTwo),
  city: filled(address.city),
  // The region's code where one is known, as in the United States and Canada.
  region: regionOf(address.country, address.state) ?? filled(address.state),
  postalCode: filled(restoreZeros(address)),
  country: countryOf(address.country),
});

const billingFieldsOf = ({ transaction }: OrderToSend) => {
  const place = placeOf(transaction.creditCard.billingAddress);
  return {
    'billing.name': place.name,
    'billing.street1': place.street1,
    'billing.street2': place.street2,
    'billing.city': place.city,
    'billing.region': place.region,
    'billing.postalCode': place.postalCode,
    'billing.country': place.country,
  };
};

/** The fields of the main shipment. */
const shippingFieldsOf = ({ transaction }: OrderToSend) => {
  const { shippingAddress, shippingMethod, shippingCountry } = mainLineOf(transaction.items);
  const isKnown = countryOf(shippingAddress.country) !== undefined;
  const country = isKnown ? shippingAddress.country : shippingCountry;
  const place = placeOf({ ...shippingAddress, country });
  const billingKey = addressKeyOf(transaction.creditCard.billingAddress);
  return {
    'shipping.name': place.name,
    'shipping.street1': place.street1,
    'shipping.street2': place.street2,
    'shipping.city': place.city,
    'shipping.region': place.region,
    'shipping.postalCode': place.postalCode,
    'shipping.country': place.country,
    'shipping.method': filled(shippingMethod),
    'shipping.equalsBilling': billingKey === addressKeyOf(shippingAddress),
  };
};

const cardFieldsOf = ({ transaction, settings, pseudonymOf }: OrderToSend) => {
  const { creditCard, card } = transaction;
  const avs = canonicalAvs(settings.avs.dialect, creditCard.avsResponse);
  return {
    'card.token': pseudonymOf('custom-card', card.sardineCardId),
    'card.first6': card.bin6,
    'card.last4': card.last4,
    'card.brand': card.brand,
    'card.authorizedAmount': creditCard.authorizedAmount,
    'card.avsZip': avs.zip,
    'card.avsStreet': avs.street,
  };
};

/** Every field of an order that a template may name. */
export const fieldsOf = (order: OrderToSend): Readonly<Record<OrderField, FieldValue>> => ({
  ...orderFieldsOf(order),
  ...customerFieldsOf(order),
  ...billingFieldsOf(order),
  ...shippingFieldsOf(order),
  ...cardFieldsOf(order),
});

/** Every field of one line. */
export const lineFieldsOf = (item: Item): Readonly<Record<LineField, FieldValue>> => ({
  'item.sku': item.skuNumber,
  'item.upc': item.upcNumber,
  'item.description': filled(item.description),
  'item.department': item.department,
  'item.class': item.classNumber,
  'item.quantity': item.quantity,
  'item.price': item.price,
  'item.extendedPrice': item.extendedPrice,
  'item.giftWrapped': item.giftWrapped,
});

/** The fields that a path may contain. */
export const pathFieldsOf = ({
  transaction,
  transactionId,
}: OrderToSend): Readonly<Record<PathField, string>> => ({
  'order.transactionId': transactionId,
  'order.id': transaction.orderId,
});
