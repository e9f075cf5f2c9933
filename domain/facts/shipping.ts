import type { Item } from '../../contracts/hbc/transaction.js';
import { zipKeyOf } from '../address/zip.js';
import { addressKeyOf } from '../address/place-key.js';
import { countryOf } from '../country.js';
import { compareNames } from '../name-similarity.js';
import { remembered } from '../remembered.js';
import { isBlankAddress, type PlaceFacts, placeFactsOf, readAddress } from './address.js';
import { countOf, defineFacts, flag, formed } from './fact-group.js';
import { isElectronic, isExpedited, isPickup } from './shipping-method.js';

/**
 * The ISO code of a country; for an unknown country its own text, so that it differs from others.
 */
const countryKeyOf = (country: string): string =>
  countryOf(country) ?? country.trim().toLowerCase();

const shippingCountryOf = (item: Item): string =>
  countryKeyOf(item.shippingCountry) || countryKeyOf(item.shippingAddress.country);

/** The postal code's country is the address's, else the line's own. */
const postalOf = ({ shippingAddress: { zip, country }, shippingCountry }: Item) => ({
  zip,
  country: country.trim() === '' ? shippingCountry : country,
});

const codeOf = (countries: ReadonlySet<string>): string => {
  const [only = '', ...others] = countries;
  if (others.length > 0) return 'several';
  return only === '' ? '' : (countryOf(only) ?? 'unknown');
};

interface Destination extends PlaceFacts {
  /** Key of the line's own country, else of its address. */
  readonly country: string;
  readonly countryInAddress: string;
  readonly zip: string;
}

const isSameSpelling = (one: Item, other: Item): boolean => {
  const [left, right] = [one.shippingAddress, other.shippingAddress];
  return (
    one.shippingCountry === other.shippingCountry &&
    left.streetLineOne === right.streetLineOne &&
    left.streetLineTwo === right.streetLineTwo &&
    left.zip === right.zip &&
    left.name === right.name &&
    left.city === right.city &&
    left.state === right.state &&
    left.country === right.country
  );
};

/** One line per spelling of a destination: most lines of an order go to the same one. */
export const firstOfEachSpelling = remembered((items: readonly Item[]): readonly Item[] => {
  const firsts: Item[] = [];
  for (const item of items) {
    if (!firsts.some((first) => isSameSpelling(first, item))) firsts.push(item);
  }
  return firsts;
});

const countryAndZipOf = remembered((item: Item) => ({
  country: shippingCountryOf(item),
  countryInAddress: countryKeyOf(item.shippingAddress.country),
  zip: zipKeyOf(postalOf(item)),
}));

/** Fills the caches of a line's destination, so that later reads are cheap. */
export const readDestination = (item: Item): void => {
  countryAndZipOf(item);
  readAddress(item.shippingAddress);
};

const destinationsOf = (items: readonly Item[], forwarders: readonly string[]): Destination[] =>
  firstOfEachSpelling(items).map((item) => ({
    ...placeFactsOf(item.shippingAddress, forwarders),
    ...countryAndZipOf(item),
  }));

/** As R13 compares names; in different scripts nothing contradicts. */
const isSameName = (one: string, other: string): boolean => (compareNames(one, other) ?? 1) >= 0.6;

export const shippingFacts = defineFacts(
  {
    country: formed('ISO code of the destination country; several, unknown, or blank.', 'country', [
      'several',
      'unknown',
      '',
    ]),
    billingCountry: formed('ISO code of the billing country; unknown, or blank.', 'country', [
      'unknown',
      '',
    ]),
    countryDiffersFromBilling: flag('A line ships to a country other than the billing country.'),
    postalDiffersFromBilling: flag('A line ships to a postal code other than the billing one.'),
    outsideHome: flag("A line ships outside the banner's home countries."),
    countryFieldsDiffer: flag("A line's country differs from that of its own address."),
    distinctAddresses: countOf(
      'Different shipping addresses in the order, in normalised spelling.',
    ),
    freightForwarder: flag('An address contains a word from the setting freightForwarders.'),
    blank: flag('A line that is not delivered electronically has no address at all.'),
    billingBlank: flag('The billing address is blank.'),
    poBox: flag('An address is a PO box or a mail drop.'),
    expedited: flag('A line is shipped same day, next day or second day.'),
    electronic: flag('A line is delivered electronically.'),
    pickup: flag('A line is collected, at a store for example.'),
    toBilling: flag('Every line goes to the billing address.'),
    toCardholder: flag('Every line is addressed to the name on the card.'),
  },
  ({ transaction: { items, banner, creditCard }, settings }) => {
    const homes = new Set(settings.banners[banner].homeCountries.map(countryKeyOf));
    const billing = countryKeyOf(creditCard.billingAddress.country);
    const billingZip = zipKeyOf(creditCard.billingAddress);
    const destinations = destinationsOf(items, settings.freightForwarders);
    const countries = new Set(destinations.map(({ country }) => country).filter(Boolean));
    const methods = [...new Set(items.map((item) => item.shippingMethod))];
    return {
      country: codeOf(countries),
      billingCountry: codeOf(new Set([billing])),
      countryDiffersFromBilling:
        billing !== '' && [...countries].some((country) => country !== billing),
      postalDiffersFromBilling:
        billingZip !== '' && destinations.some(({ zip }) => zip !== '' && zip !== billingZip),
      outsideHome: [...countries].some((country) => !homes.has(country)),
      countryFieldsDiffer: destinations.some(
        ({ country, countryInAddress }) => countryInAddress !== '' && country !== countryInAddress,
      ),
      distinctAddresses: new Set(destinations.map(({ key }) => key)).size,
      freightForwarder: destinations.some((place) => place.isFreightForwarder),
      blank: items.some(
        ({ shippingAddress, shippingMethod }) =>
          !isElectronic(shippingMethod) && isBlankAddress(shippingAddress),
      ),
      billingBlank: isBlankAddress(creditCard.billingAddress),
      poBox: destinations.some((place) => place.isPoBox),
      expedited: methods.some(isExpedited),
      electronic: methods.some(isElectronic),
      pickup: methods.some(isPickup),
      toBilling:
        !isBlankAddress(creditCard.billingAddress) &&
        destinations.every(({ key }) => key === addressKeyOf(creditCard.billingAddress)),
      toCardholder: firstOfEachSpelling(items).every(({ shippingAddress: { name } }) =>
        isSameName(name, creditCard.nameOnCard),
      ),
    };
  },
);
