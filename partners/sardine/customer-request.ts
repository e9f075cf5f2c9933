import type { Address } from '../../contracts/hbc/credit-card.js';
import { restoreZeros } from '../../domain/address/zip.js';
import { countryOf, regionOf } from '../../domain/country.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import { filled } from '../texts.js';
import type { SardineIds } from './ids.js';

const addressOf = (address: Address) => {
  const mapped = {
    street1: filled(address.streetLineOne, 100),
    street2: filled(address.streetLineTwo, 100),
    city: filled(address.city, 100),
    regionCode: regionOf(address.country, address.state) ?? filled(address.state, 50),
    postalCode: filled(restoreZeros(address), 20),
    countryCode: countryOf(address.country),
  };
  return Object.values(mapped).some((value) => value !== undefined) ? mapped : undefined;
};

/**
 * The body of `POST /v1/customers`, which Sardine requires before a customer's first risk check.
 * Blank values are left out; limits are those of Sardine's documentation, in code points.
 */
export const toCustomerRequest = (
  transaction: SanitisedTransaction,
  context: { transactionId: string; receivedAtMs: number; ids: SardineIds },
) => {
  const { customer, creditCard, card } = transaction;
  return {
    flow: { type: 'transaction' },
    sessionKey: context.ids.sessionKey,
    customer: {
      id: context.ids.customerId,
      firstName: filled(customer.firstName),
      lastName: filled(customer.lastName),
      emailAddress: filled(customer.emailAddress),
      address: addressOf(creditCard.billingAddress),
    },
    transaction: {
      id: context.transactionId,
      createdAtMillis: context.receivedAtMs,
      amount: creditCard.authorizedAmount,
      currencyCode: transaction.currencyCode,
      paymentMethod: {
        type: 'card',
        card: { first6: card.bin6, last4: card.last4, hash: card.sardineCardId },
      },
    },
    checkpoints: ['customer'],
  };
};
