import { countryOf } from '../country.js';
import { isPrivateIp, plainIp } from '../ip-address.js';
import { defineFacts, type FactSource, flag, formed } from './fact-group.js';

/** True only when both countries are known and differ; a missing table row proves nothing. */
const differsFromBilling = (country: string, { transaction }: FactSource): boolean => {
  const billing = countryOf(transaction.creditCard.billingAddress.country);
  return country !== '' && billing !== undefined && country !== billing;
};

/** The country of a row, with `PR` as the US as everywhere here. An unknown code stays as it is. */
const countryIn = (found: { readonly country: string } | undefined): string =>
  found === undefined ? '' : (countryOf(found.country) ?? found.country);

export const ipFacts = defineFacts(
  {
    given: flag('The order has an IP address.'),
    private: flag(
      'The address is of a private, local or carrier network, so never of a web shopper.',
    ),
    country: formed('ISO code of its country; blank if no table has it.', 'country', ['']),
    anonymous: flag('A table lists the address as Tor, hosting, VPN or proxy.'),
    countryDiffersFromBilling: flag('Its country is known and differs from the billing country.'),
  },
  (source) => {
    const address = plainIp(source.transaction.ipAddress ?? '');
    const found = address === undefined ? undefined : source.lookups.ip(address);
    const country = countryIn(found);
    return {
      given: address !== undefined,
      private: address !== undefined && isPrivateIp(address),
      country,
      anonymous: found?.isAnonymous ?? false,
      countryDiffersFromBilling: differsFromBilling(country, source),
    };
  },
);

export const binFacts = defineFacts(
  {
    country: formed("ISO code of the card issuer's country; blank if no table has it.", 'country', [
      '',
    ]),
    prepaid: flag('A table lists the card as prepaid or virtual.'),
    countryDiffersFromBilling: flag('That country is known and differs from the billing country.'),
  },
  (source) => {
    const found = source.lookups.bin(source.transaction.card.bin6);
    const country = countryIn(found);
    return {
      country,
      prepaid: found?.isPrepaid ?? false,
      countryDiffersFromBilling: differsFromBilling(country, source),
    };
  },
);
