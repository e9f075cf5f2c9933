import { createHash } from 'node:crypto';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Settings } from '../../contracts/settings.js';
import { restoreZeros } from '../../domain/address/zip.js';
import { countryOf, regionOf } from '../../domain/country.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { mainLineOf } from '../shipment.js';
import { filled, lookUp } from '../texts.js';

/** Kount's documented placeholder for an order without an e-mail address. */
const emailPlaceholder = 'noemail@Kount.com';

/** Kount's session id: at most 32 letters and digits, unique within 30 days. */
const sessionIdOf = (transactionId: string): string =>
  createHash('sha256').update(transactionId).digest('hex').slice(0, 32);

/** Yleo cannot check the order. The reason names the field and not its value. */
export interface NotApplicable {
  readonly notApplicable: string;
}

const notApplicable = (reason: string): NotApplicable => ({ notApplicable: reason });

const shippingAddressOf = (transaction: SanitisedTransaction) => {
  const { shippingAddress: address, shippingCountry } = mainLineOf(transaction.items);
  const country = countryOf(address.country) === undefined ? shippingCountry : address.country;
  const countryIsoCode2 = countryOf(country);
  if (countryIsoCode2 === undefined) return notApplicable('shipping country is not in ISO 3166');
  const state = regionOf(country, address.state);
  if (state === undefined) return notApplicable('shipping state has no two-letter code');
  const shippingName = filled(address.name);
  if (shippingName === undefined) return notApplicable('shipping name is blank');
  const street1 = filled(address.streetLineOne);
  if (street1 === undefined) return notApplicable('shipping street is blank');
  const postalCode = filled(restoreZeros({ ...address, country }));
  if (postalCode === undefined) return notApplicable('shipping postal code is blank');
  const city = filled(address.city);
  if (city === undefined) return notApplicable('shipping city is blank');
  const street2 = filled(address.streetLineTwo);
  return { shippingName, street1, street2, state, postalCode, city, countryIsoCode2 };
};

/** Yleo's `int` has 32 bits. */
const intMax = 2 ** 31 - 1;

const itemDataOf = (transaction: SanitisedTransaction) =>
  transaction.items.map((item) => {
    const partNumber = String(item.upcNumber ?? item.svsNumber);
    return {
      name: filled(item.description) ?? partNumber,
      itemId: item.skuNumber,
      partNumber,
      price: item.price,
      quantity: item.quantity,
    };
  });

/** The maps of a banner: its own where configured, else the common ones. */
const mapsOf = ({ yleo, banners }: Settings, banner: Banner) => {
  const own = banners[banner].yleo;
  const { defaultShippingMethodId = yleo.defaultShippingMethodId } = own;
  return {
    sourceIds: own.sourceIds ?? yleo.sourceIds,
    shippingMethodIds: own.shippingMethodIds ?? yleo.shippingMethodIds,
    defaultShippingMethodId,
  };
};

/**
 * The body of Yleo's detailed fraud check: the documented camelCase names, typed values, no empty
 * strings. For an order that Yleo cannot represent, the reason instead.
 */
export const toYleoRequest = (
  transaction: SanitisedTransaction,
  context: { transactionId: string; settings: Settings },
) => {
  const { phonePlaceholder } = context.settings.yleo;
  const maps = mapsOf(context.settings, transaction.banner);
  const sourceId = lookUp(maps.sourceIds, transaction.source);
  if (sourceId === undefined) return notApplicable('source has no Yleo source id');
  const countryIsoCode2 = countryOf(transaction.creditCard.billingAddress.country);
  if (countryIsoCode2 === undefined) return notApplicable('billing country is not in ISO 3166');
  if (transaction.items.some(({ quantity }) => quantity > intMax)) {
    return notApplicable('an item quantity has more than 32 bits');
  }
  const shippingAddress = shippingAddressOf(transaction);
  if ('notApplicable' in shippingAddress) return shippingAddress;
  const { shippingMethod } = mainLineOf(transaction.items);
  const shippingMethodId =
    lookUp(maps.shippingMethodIds, shippingMethod) ?? maps.defaultShippingMethodId;
  if (shippingMethodId === null) return notApplicable('shipping method has no Yleo id');
  return {
    customerData: {
      currencyCode: transaction.currencyCode,
      orderTotal: transaction.orderTotal,
      alternateId: transaction.orderId,
      sessionId: sessionIdOf(context.transactionId),
      isReactivatingOrder: false,
      walletId: transaction.card.walletId,
      email: filled(transaction.customer.emailAddress) ?? emailPlaceholder,
      sourceId,
      shippingPhoneNumber: filled(transaction.additionalData?.shippingPhone) ?? phonePlaceholder,
      shippingMethodId,
      countryIsoCode2,
      shippingAddress,
    },
    itemData: itemDataOf(transaction),
  };
};

export type YleoRequest = Exclude<ReturnType<typeof toYleoRequest>, NotApplicable>;
