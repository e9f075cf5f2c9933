/** UUIDs and long hex tokens contain runs of digits by chance. */
const opaqueTokens = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}/gi;

const passesLuhn = (digits: string): boolean => {
  const sum = Array.from(digits).reduceRight((total, character, index) => {
    const digit = Number(character);
    const isDoubled = (digits.length - 1 - index) % 2 === 1;
    const weighted = isDoubled ? digit * 2 : digit;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return sum % 10 === 0;
};

const cardDigitsMin = 12;

/** Most texts have too few digits for a card number, and counting them costs next to nothing. */
const hasDigitsOfCard = (text: string): boolean => {
  if (text.length < cardDigitsMin) return false;
  let digits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) digits += 1;
  }
  return digits >= cardDigitsMin;
};

const isCardNumber = (digits: string): boolean =>
  digits.length >= cardDigitsMin && digits.length <= 19 && passesLuhn(digits);

const hasCardNumber = (text: string): boolean => {
  if (!hasDigitsOfCard(text)) return false;
  const runs = text.replaceAll(opaqueTokens, ' ').match(/\d(?:[ -]?\d)+/g) ?? [];
  return runs.some((run) => [run.replaceAll(/[ -]/g, ''), ...run.split(/[ -]/)].some(isCardNumber));
};

interface Place {
  /** Names joined by dots; list indexes are left out. */
  readonly path: string;
  readonly value: unknown;
}

const placesBelow = ({ path, value }: Place): Place[] => {
  if (Array.isArray(value)) return value.map((inner: unknown) => ({ path, value: inner }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, inner]) => ({
    path: path === '' ? name : `${path}.${name}`,
    value: inner,
  }));
};

/**
 * The path in a JSON body of a text that looks like a card number: 12 to 19 digits that pass Luhn,
 * spaces or dashes allowed between. `exemptPaths` are the partner's numeric ids, in lower case.
 * Undefined without one.
 */
export const cardNumberPath = (
  body: unknown,
  exemptPaths: ReadonlySet<string>,
): string | undefined => {
  const pending: Place[] = [{ path: '', value: body }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { path, value } = place;
    if (hasCardNumber(path)) return 'a name in the body';
    const isScalar = typeof value === 'string' || typeof value === 'number';
    if (isScalar && !exemptPaths.has(path.toLowerCase()) && hasCardNumber(String(value))) {
      return path === '' ? 'body' : path;
    }
    pending.push(...placesBelow(place));
  }
  return undefined;
};
