import { cardBrandOf, isLengthOfBrand } from '../card-brand.js';
import { maskReason } from '../lists/mask-reason.js';
import { isLuhnValid } from '../luhn.js';
import { maskCardNumbers } from '../mask.js';

/**
 * The major industry digits of travel, banking and merchandising (ISO/IEC 7812-1). No timestamp
 * begins with one of them.
 */
const issuers = /^[3-6]\d{11,18}$/;

/** A card number within an issuer's range. The Luhn check alone passes one number in ten. */
const isIssued = (digits: string): boolean => {
  const brand = cardBrandOf(digits);
  const isOfNetwork = brand !== 'unknown' && isLengthOfBrand(brand, digits.length);
  return (isOfNetwork || issuers.test(digits)) && isLuhnValid(digits);
};

/** Groups of digits with nothing but spaces and dashes between them. */
const digitGroups = /\d+(?:[ \t\u00a0\p{Pd}]+\d+)*/gu;

/** Whether adjacent groups of digits form a card number. */
const holdsCard = (name: string): boolean =>
  (name.match(digitGroups) ?? []).some((run) => {
    const groups = run.match(/\d+/g) ?? [];
    return groups.some((_, from) =>
      groups.some((_last, to) => isIssued(groups.slice(from, to + 1).join(''))),
    );
  });

/**
 * Whether the name holds an e-mail or IP address: anything that masking changes besides numbers.
 */
const holdsAddress = (name: string): boolean => {
  // Split first, so that masking a number cannot swallow the digits of an address after it.
  const parted = name.replaceAll(/(?<=\d)[ \t\u00a0\p{Pd}]+(?=\d)/gu, '/');
  return maskReason(parted) !== maskCardNumbers(parted);
};

/** Whether the name of an alert rule may hold a card number or an address. */
export const isPersonalName = (name: string): boolean => holdsCard(name) || holdsAddress(name);
