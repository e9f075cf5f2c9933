import { isoCountry } from '../country.js';
import { isPrivateIp, normaliseIp } from '../subjects.js';
import { defineFacts, type FactSource, flag, formed } from './fact-group.js';

/** Only two countries that are both known can differ: a table that does not say is no guess. */
const differsFromBilling = (country: string, { transaction }: FactSource): boolean => {
  const billing = isoCountry(transaction.creditCard.billingAddress.country);
  return country !== '' && billing !== undefined && country !== billing;
};

/** The address as tables know it: an IPv4 address that is written as IPv6 is an IPv4 address. */
const plainAddress = (text: string): string | undefined => {
  const network = normaliseIp(text);
  return network?.endsWith('/64') === true ? text.trim().toLowerCase() : network;
};

export const ipFacts = defineFacts(
  {
    given: flag('There is an IP address.'),
    private: flag('It is of a private, local or carrier network, which nobody has on the web.'),
    country: formed('ISO code of its country; blank when no table says.', 'country', ['']),
    anonymous: flag('A table says that it is Tor, hosting, VPN or proxy.'),
    countryDiffersFromBilling: flag('Its country is known and is not the billing country.'),
  },
  (source) => {
    const address = plainAddress(source.transaction.ipAddress ?? '');
    const found = address === undefined ? undefined : source.lookups.ip(address);
    const country = found?.country ?? '';
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
    country: formed("ISO code of the card issuer's country; blank when no table says.", 'country', [
      '',
    ]),
    prepaid: flag('A table says that the card is prepaid or virtual.'),
    countryDiffersFromBilling: flag('That country is known and is not the billing country.'),
  },
  (source) => {
    const found = source.lookups.bin(source.transaction.card.bin6);
    const country = found?.country ?? '';
    return {
      country,
      prepaid: found?.isPrepaid ?? false,
      countryDiffersFromBilling: differsFromBilling(country, source),
    };
  },
);
