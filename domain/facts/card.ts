import { isLengthOfBrand, networkOf } from '../card-brand.js';
import { compareNames } from '../name-similarity.js';
import { type CardBrand, cardBrands } from '../transaction.js';
import { code, defineFacts, flag, formed, number } from './fact-group.js';

/** Months from the month of receipt (UTC) to the expiry month `MM-YY`; negative when expired. */
const monthsToExpiry = (expiryDate: string, receivedAtMs: number): number => {
  const received = new Date(receivedAtMs);
  const [month = 0, year = 0] = expiryDate.split('-').map(Number);
  return (2000 + year - received.getUTCFullYear()) * 12 + (month - 1 - received.getUTCMonth());
};

/** Networks whose cards Discover processes in North America and may report as its own. */
const onDiscover: ReadonlySet<CardBrand> = new Set(['diners', 'jcb', 'unionpay']);

const isOtherNetwork = (named: CardBrand, brand: CardBrand): boolean =>
  named !== 'unknown' && named !== brand && !(named === 'discover' && onDiscover.has(brand));

export const cardFacts = defineFacts(
  {
    bin6: formed('First six digits.', 'bin'),
    brand: code('Card network according to the first six digits.', cardBrands),
    network: code('Card network that cardType names; unknown for private labels.', cardBrands),
    networkMismatch: flag('cardType and the first six digits name different networks.'),
    luhnValid: flag('The number passes the Luhn check.'),
    lengthValid: flag('The network issues numbers of this length.'),
    monthsToExpiry: number(
      'Months until the expiry month; 0 is this month, negative is in the past.',
      {
        whole: true,
      },
    ),
    nameSimilarity: number(
      'Similarity of the names on the card and of the customer, 0 to 1; 1 if the scripts differ.',
      { min: 0, max: 1 },
    ),
  },
  ({ transaction, receivedAtMs }) => {
    const { card, creditCard, customer } = transaction;
    const network = networkOf(creditCard.cardType);
    const customerName = `${customer.firstName} ${customer.lastName}`;
    return {
      bin6: card.bin6,
      brand: card.brand,
      network,
      networkMismatch: isOtherNetwork(network, card.brand),
      luhnValid: card.luhnValid,
      lengthValid: isLengthOfBrand(card.brand, card.length),
      monthsToExpiry: monthsToExpiry(creditCard.expiryDate, receivedAtMs),
      // Cards are embossed in Latin letters, so a name in another script is no mismatch.
      nameSimilarity: compareNames(creditCard.nameOnCard, customerName) ?? 1,
    };
  },
);
