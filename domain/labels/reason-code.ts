/** Words that may stand before a code. */
const leads = [
  ...['reason', 'code', 'rc', 'chargeback', 'network', 'no', 'visa', 'vi', 'mastercard'],
  ...['master card', 'mc', 'american express', 'amex', 'ax', 'discover', 'ds', 'dc'],
];
const lead = new RegExp(String.raw`^(?:${leads.join('|')})(?![a-z])`, 'i');
const beside = /^[\s:;,.#/_–—([-]+/;

/** Strips the words before the code, one per round. */
const withoutLeads = (text: string): string => {
  let rest = text;
  for (;;) {
    const next = rest.replace(beside, '').replace(lead, '');
    if (next === rest) return rest;
    rest = next;
  }
};

/**
 * Texts in which a code may come first: the whole, the part after a bracket, the part after a lead
 * word.
 */
const starts = (reason: string): string[] => [
  reason,
  ...[...reason.matchAll(/[([]|\b(?:code|rc)\b/gi)].map(({ index, 0: { length } }) =>
    reason.slice(index + length),
  ),
];

/** No letter, digit or further part of a number or date may follow the code. */
const end = String.raw`(?![A-Z0-9]|[.,/-]\d)`;
/** Optional separators between the parts of a code. */
const gap = String.raw`[\s._–-]{0,3}`;
/** Decimal zeros that a spreadsheet appends. */
const noFraction = String.raw`(?:[.,]0+)?`;

const codes = (text: string): RegExp => new RegExp(`^${text}${end}`);

/** Four-digit codes of Mastercard, Discover and earlier Visa. */
const numbers = (...known: readonly string[]): RegExp =>
  codes(
    `0*(?:${known.map((one) => one.split('').join(String.raw`[\s.]?`)).join('|')})${noFraction}`,
  );

/** Visa's `10.4`, also written `10-4`, `10 4`, `104`, `010.04`, or `10.40` at the end. */
const conditions = (category: string): RegExp =>
  codes(String.raw`0*${category}(?:[1-9]|(?:\s*[.,_–-]\s*|\s+)0*[1-9](?:\.\d)?(?:0+$)?)`);

const fraudCodes: readonly RegExp[] = [
  conditions('10'),
  // Mastercard
  numbers('4837', '4840', '4849', '4863', '4870', '4871'),
  // American Express
  codes(String.raw`F(?:${gap}R)?${gap}0*\d{1,2}`),
  // Discover
  numbers('4866', '4867', '7010', '7030'),
  codes(String.raw`UA(?:${gap}\d{1,3})?`),
];

/** Codes of the same networks for other causes: goods, processing, authorisation. */
const otherCodes: readonly RegExp[] = [
  conditions('1[1-3]'),
  // Mastercard
  numbers(
    ...['4802', '4807', '4808', '4812', '4831', '4834', '4841', '4842', '4846', '4850', '4853'],
    ...['4854', '4855', '4859', '4860'],
  ),
  // American Express
  codes(String.raw`[ACMPR]${gap}0?\d{2}`),
  // Discover
  numbers(
    ...['4541', '4542', '4550', '4553', '4586', '4752', '4753', '4755', '4757', '4762', '4763'],
    '4774',
  ),
  /^(?:AA|AP|AT|AW|CD|CR|DA|DP|EX|IC|IN|LP|NA|NF|RG|RM|RN ?[12]?|TF)$/,
];

/**
 * True when the reason carries a card network's fraud code, false for another known code, undefined
 * without a known code.
 */
export const isFraudByCode = (reason: string | undefined): boolean | undefined => {
  const text = (reason ?? '').normalize('NFKC').toUpperCase().trim();
  for (const start of starts(text)) {
    const code = withoutLeads(start);
    if (fraudCodes.some((known) => known.test(code))) return true;
    if (otherCodes.some((known) => known.test(code))) return false;
  }
  return undefined;
};
