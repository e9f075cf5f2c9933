/** Whether a string of digits passes the Luhn check (ISO/IEC 7812-1, annex B). */
export const isLuhnValid = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : luhnDouble(digit);
  }
  return digits.length > 0 && sum % 10 === 0;
};

/** The digit sum of a doubled digit; the Luhn check doubles every second digit. */
export const luhnDouble = (digit: number): number => (digit > 4 ? digit * 2 - 9 : digit * 2);
