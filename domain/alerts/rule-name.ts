import { cardBrandOf, isLengthOfBrand } from '../card-brand.js';
import { maskReason } from '../lists/mask-reason.js';
import { isLuhnValid } from '../luhn.js';
import { maskCardNumbers } from '../mask.js';

/** The first digits of travel, banking and merchandising (ISO/IEC 7812-1): no time begins so. */
const issuers = /^[3-6]\d{11,18}$/;

/** A card number that somebody issues; one number in ten passes the Luhn check alone. */
const isIssued = (digits: string): boolean => {
  const brand = cardBrandOf(digits);
  const isOfNetwork = brand !== 'unknown' && isLengthOfBrand(brand, digits.length);
  return (isOfNetwork || issuers.test(digits)) && isLuhnValid(digits);
};

/** Groups of digits with nothing but spaces and dashes between them. */
const digitGroups = /\d+(?:[ \t\u00a0\p{Pd}]+\d+)*/gu;

/** Whether neighbouring groups of digits, put together, are a card number. */
const holdsCard = (name: string): boolean =>
  (name.match(digitGroups) ?? []).some((run) => {
    const groups = run.match(/\d+/g) ?? [];
    return groups.some((_, from) =>
      groups.some((_last, to) => isIssued(groups.slice(from, to + 1).join(''))),
    );
  });

/** Whether an e-mail or IP address stands in the name: what masking changes besides numbers. */
const holdsAddress = (name: string): boolean => {
  // Parted, so that the masking of a number before an address cannot take its digits along.
  const parted = name.replaceAll(/(?<=\d)[ \t\u00a0\p{Pd}]+(?=\d)/gu, '/');
  return maskReason(parted) !== maskCardNumbers(parted);
};

/** Whether the name of an alert rule holds what may be a card number or an address. */
export const isPersonalName = (name: string): boolean => holdsCard(name) || holdsAddress(name);
