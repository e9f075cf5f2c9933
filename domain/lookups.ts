/** What a mounted table says of an IP address. */
export interface IpFacts {
  /** ISO code; empty when the table does not say. */
  readonly country: string;
  /** Tor, hosting, VPN or proxy. */
  readonly isAnonymous: boolean;
}

/** What a mounted table says of a card number's first six digits. */
export interface BinFacts {
  /** ISO code of the issuer's country; empty when the table does not say. */
  readonly country: string;
  readonly isPrepaid: boolean;
}

/**
 * Optional tables. Without one, or where it has no row, the answer is undefined, and the rules that
 * ask are silent: never a guess.
 */
export interface Lookups {
  readonly ip: (address: string) => IpFacts | undefined;
  readonly bin: (bin6: string) => BinFacts | undefined;
}

/** No table is mounted. */
export const noLookups: Lookups = { ip: () => undefined, bin: () => undefined };
