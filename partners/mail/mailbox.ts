/** Somebody's address, and the name to show with it. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** Reads `verdict@example.com` or `Verdict <verdict@example.com>`; quotes around a name go. */
export const readMailbox = (text: string): Mailbox => {
  const [, name = '', address] = /^([^<]+) <([^>]+)>$/.exec(text) ?? [];
  return address === undefined
    ? { name: '', address: text }
    : { name: name.trim().replaceAll(/^"|"$/g, ''), address };
};
