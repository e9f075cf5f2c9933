import type { Item } from '../../contracts/hbc/transaction.js';
import { isoCountry } from '../country.js';
import { normaliseWords } from '../text.js';
import { addressKeyOf, isFreightForwarder, isPoBox } from './address.js';
import { code, defineFacts, flag, number } from './fact-group.js';
import { isElectronic, isExpedited } from './shipping-method.js';

/** A country as ISO code, else its own text, so that an unknown one still differs from others. */
const countryKeyOf = (country: string): string =>
  isoCountry(country) ?? country.trim().toLowerCase();

const shippingCountryOf = (item: Item): string =>
  countryKeyOf(item.shippingCountry) || countryKeyOf(item.shippingAddress.country);

const codeOf = (countries: ReadonlySet<string>): string => {
  const [only = '', ...others] = countries;
  if (others.length > 0) return 'several';
  return only === '' ? '' : (isoCountry(only) ?? 'unknown');
};

export const shippingFacts = defineFacts(
  {
    country: code('ISO code of the destination; several, unknown, or blank.'),
    billingCountry: code('ISO code of the billing address; unknown, or blank.'),
    countryDiffersFromBilling: flag('A line ships to another country than the billing country.'),
    outsideHome: flag("A line ships outside the banner's home countries."),
    countryFieldsDiffer: flag("A line's country differs from its own address."),
    distinctAddresses: number('Different shipping addresses in the order, spelling evened out.'),
    freightForwarder: flag('An address has a word of the freightForwarders list.'),
    poBox: flag('An address is a PO box or a mail drop.'),
    expedited: flag('A line is shipped same day, next day or second day.'),
    electronic: flag('A line is delivered electronically.'),
  },
  ({ transaction: { items, banner, creditCard }, settings }) => {
    const homeCountries = settings.banners[banner].homeCountries;
    const billing = countryKeyOf(creditCard.billingAddress.country);
    const countries = new Set(items.map(shippingCountryOf).filter(Boolean));
    const addresses = items.map((item) => item.shippingAddress);
    const forwarders = settings.freightForwarders.map(normaliseWords);
    const methods = [...new Set(items.map((item) => item.shippingMethod))];
    return {
      country: codeOf(countries),
      billingCountry: codeOf(new Set([billing])),
      countryDiffersFromBilling:
        billing !== '' && [...countries].some((country) => country !== billing),
      outsideHome: [...countries].some((country) => !homeCountries.includes(country)),
      countryFieldsDiffer: items.some((item) => {
        const inAddress = countryKeyOf(item.shippingAddress.country);
        return inAddress !== '' && shippingCountryOf(item) !== inAddress;
      }),
      distinctAddresses: new Set(addresses.map(addressKeyOf)).size,
      freightForwarder: addresses.some((address) => isFreightForwarder(address, forwarders)),
      poBox: addresses.some(isPoBox),
      expedited: methods.some(isExpedited),
      electronic: methods.some(isElectronic),
    };
  },
);
