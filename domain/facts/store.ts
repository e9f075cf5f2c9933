import { defineFacts, flag, number } from './fact-group.js';

const isGiven = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';

export const storeFacts = defineFacts(
  {
    number: number('Number of the store.'),
    registerGiven: flag('The register number is there.'),
    transactionGiven: flag("The register's transaction number is there."),
    notOfBanner: flag("The store directory lists this banner's stores, and not this one."),
  },
  ({ transaction: { banner, storeNumber, creditCard }, settings: { stores } }) => ({
    number: storeNumber,
    registerGiven: isGiven(creditCard.registerNumber),
    transactionGiven: isGiven(creditCard.transactionNumber),
    notOfBanner:
      stores.some((store) => store.banner === banner || store.number === storeNumber) &&
      !stores.some((store) => store.banner === banner && store.number === storeNumber),
  }),
);
