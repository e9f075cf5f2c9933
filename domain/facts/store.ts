import { defineFacts, flag, number } from './fact-group.js';

const isGiven = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';

export const storeFacts = defineFacts(
  {
    number: number('Number of the store.'),
    registerGiven: flag('The order has a register number.'),
    transactionGiven: flag("The order has the register's transaction number."),
    notOfBanner: flag('The store directory has stores of this banner, but not this one.'),
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
