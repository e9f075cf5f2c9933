/** A mail address with its display name. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/**
 * Parses `verdict@example.com` or `Verdict <verdict@example.com>`; removes quotes around the name.
 */
export const readMailbox = (text: string): Mailbox => {
  const [, name = '', address] = /^([^<]+) <([^>]+)>$/.exec(text) ?? [];
  return address === undefined
    ? { name: '', address: text }
    : { name: name.trim().replaceAll(/^"|"$/g, ''), address };
};
