/** A mounted table's row for an IP address. */
export interface IpFacts {
  /** ISO code; empty when the table has none. */
  readonly country: string;
  /** True for Tor, hosting, VPN and proxy addresses. */
  readonly isAnonymous: boolean;
}

/** A mounted table's row for the first six digits of a card number. */
export interface BinFacts {
  /** ISO code of the issuer's country; empty when the table has none. */
  readonly country: string;
  readonly isPrepaid: boolean;
}

/**
 * Optional tables. Without a table or a row the answer is undefined, and the rules that read it do
 * not trip.
 */
export interface Lookups {
  readonly ip: (address: string) => IpFacts | undefined;
  readonly bin: (bin6: string) => BinFacts | undefined;
}

/** The lookups of an installation without tables. */
export const noLookups: Lookups = { ip: () => undefined, bin: () => undefined };
