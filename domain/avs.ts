/** Processors answer in different letters: Orbital `G` is "no match", Visa `G` is "not checked". */
export type AvsDialect = 'orbital' | 'paymentech-host' | 'visa';

/** What the issuer said about one part of the billing address. */
export type AvsMatch = 'match' | 'no_match' | 'unverified' | 'unsupported' | 'error' | 'none';

/** An AVS reply in canonical form. `known` is false for a code that the dialect does not list. */
export interface CanonicalAvs {
  readonly street: AvsMatch;
  readonly zip: AvsMatch;
  /** The issuer said that the cardholder's name is wrong. */
  readonly nameMismatch: boolean;
  readonly known: boolean;
}

const letters: Readonly<Record<string, AvsMatch>> = {
  M: 'match',
  N: 'no_match',
  U: 'unverified',
  S: 'unsupported',
  E: 'error',
  '-': 'none',
};

/** Rows are "street zip", `*` for a wrong name; a blank code has the name `blank`. */
type Table = Readonly<Record<string, string>>;

/** Chase Paymentech's Orbital gateway; M6 and N7 follow its descriptions. */
const orbital: Table = {
  'M M': '9 B H X JA M2 N5 N8 N9',
  'M M *': 'M5',
  'N M': 'A C Z',
  'M N': 'D F',
  'N N': 'E G',
  'N N *': 'M8',
  'M U': 'JB N3 M4',
  'M U *': 'M7',
  'U M': 'JD N7 M3',
  'U M *': 'M6',
  'U U': 'JC N4 N6 M1 3 8 UK',
  'S S': '4 R J',
  '- -': '1 7 blank',
  'E E': '2 5 6',
};

/** Chase Paymentech's host; A1 to B8 are American Express. Visa retired I1 to I8. */
const paymentechHost: Table = {
  'M M': 'IA A3',
  'M M *': 'B3',
  'M U': 'IB A7',
  'M U *': 'B7',
  'U M': 'IP A4',
  'U M *': 'B4',
  'N N *': 'B8',
  'U U': 'IC IG IU A1 blank',
  'S S': 'ID',
  'E E': 'IE IS N2',
  '- -': 'N1',
};

/**
 * The one-letter set of Visa and most gateways. `F` is a full match in the UK but "wrong name, zip
 * matches" at American Express, so the table claims only what both agree on.
 */
const visa: Table = {
  'M M': 'Y X D M J Q V',
  'M M *': 'H',
  'M N': 'A O',
  'M U': 'B',
  'M U *': 'T',
  'N M': 'Z W L',
  'U M': 'P F',
  'N N': 'N K',
  'U U': 'C I G U',
  'S S': 'S',
  'E E': 'R E',
  '- -': 'blank',
};

const matchOf = (letter: string | undefined): AvsMatch => letters[letter ?? ''] ?? 'unverified';

const index = (table: Table): ReadonlyMap<string, CanonicalAvs> =>
  new Map(
    Object.entries(table).flatMap(([reply, codes]) => {
      const [street, zip, wrongName] = reply.split(' ');
      const nameMismatch = wrongName === '*';
      const avs = { street: matchOf(street), zip: matchOf(zip), nameMismatch, known: true };
      return codes.split(' ').map((code) => [code === 'blank' ? '' : code, avs] as const);
    }),
  );

const dialects: Readonly<Record<AvsDialect, ReadonlyMap<string, CanonicalAvs>>> = {
  orbital: index(orbital),
  'paymentech-host': index(paymentechHost),
  visa: index(visa),
};

const unknown: CanonicalAvs = {
  street: 'unverified',
  zip: 'unverified',
  nameMismatch: false,
  known: false,
};

/**
 * Reads an AVS code in the processor's dialect. Codes may be padded or in lower case. A code that
 * the dialect does not list is unverified on both parts, with `known: false` for the caller to log.
 */
export const canonicalAvs = (dialect: AvsDialect, code: string): CanonicalAvs =>
  dialects[dialect].get(code.trim().toUpperCase()) ?? unknown;

/** The codes of a dialect that confirm street or postal code, as they are stored. */
export const matchingCodes = (dialect: AvsDialect): string[] =>
  [...dialects[dialect]].flatMap(([code, { street, zip }]) =>
    street === 'match' || zip === 'match' ? [code] : [],
  );

/**
 * The reply in the form in which it is stored. A text that is no code of any dialect becomes `?`,
 * because it may hold anything.
 */
export const avsCodeOf = (reply: string): string => {
  const code = reply.trim().toUpperCase();
  return /^[A-Z\d]{0,2}$/.test(code) ? code : '?';
};
