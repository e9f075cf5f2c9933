/** Words that may stand before a code. */
const leads = [
  ...['reason', 'code', 'rc', 'chargeback', 'network', 'no', 'visa', 'vi', 'mastercard'],
  ...['master card', 'mc', 'american express', 'amex', 'ax', 'discover', 'ds', 'dc'],
];
const lead = new RegExp(String.raw`^(?:${leads.join('|')})(?![a-z])`, 'i');
const beside = /^[\s:;,.#/_–—([-]+/;

/** What follows the words before the code; each round takes one of them. */
const withoutLeads = (text: string): string => {
  let rest = text;
  for (;;) {
    const next = rest.replace(beside, '').replace(lead, '');
    if (next === rest) return rest;
    rest = next;
  }
};

/** Where a code may begin: at the start, after a bracket, and after the word for it. */
const starts = (reason: string): string[] => [
  reason,
  ...[...reason.matchAll(/[([]|\b(?:code|rc)\b/gi)].map(({ index, 0: { length } }) =>
    reason.slice(index + length),
  ),
];

/** No letter or digit follows, nor a further part of a number or date. */
const end = String.raw`(?![A-Z0-9]|[.,/-]\d)`;
/** What stands between the parts of a code, if anything. */
const gap = String.raw`[\s._–-]{0,3}`;
/** Zeros that a spreadsheet leaves behind the point. */
const noFraction = String.raw`(?:[.,]0+)?`;

const codes = (text: string): RegExp => new RegExp(`^${text}${end}`);

/** Four digits, as Mastercard, Discover and the Visa of before have them. */
const numbers = (...known: readonly string[]): RegExp =>
  codes(
    `0*(?:${known.map((one) => one.split('').join(String.raw`[\s.]?`)).join('|')})${noFraction}`,
  );

/** Visa's `10.4`: written `10-4`, `10 4`, `104`, `010.04`, or `10.40` where nothing follows. */
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

/** Codes of the same networks for goods, processing, authorisation and the like. */
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
 * Whether the reason of a chargeback has a code of its card network that says fraud (true) or
 * something else (false); undefined where it has none that we know.
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
