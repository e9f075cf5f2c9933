/** Mail services that ignore dots in the local part, by the name that they are known under. */
const dotless: ReadonlyMap<string, string> = new Map([
  ['gmail.com', 'gmail.com'],
  ['googlemail.com', 'gmail.com'],
]);

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** What else may stand in a URL would not be read as a part of its host. */
const hostForm = /^[\p{L}\p{N}\p{M}.\u3002-]+$/u;

/**
 * A domain in lower case as the name system asks for it: `bücher.example` is
 * `xn--bcher-kva.example`. What is no international domain stays as it is.
 */
export const asciiDomain = (text: string): string => {
  const domain = text.normalize('NFKC').toLowerCase();
  if (isAscii(domain) || !hostForm.test(domain)) return domain;
  return URL.canParse(`http://${domain}/`) ? new URL(`http://${domain}/`).hostname : domain;
};

const mailboxOf = (text: string, domainOf: (text: string) => string): string | undefined => {
  const address = text.trim().normalize('NFKC').toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = domainOf(address.slice(at + 1));
  const [local = ''] = address.slice(0, Math.max(0, at)).split('+', 1);
  if (local === '' || domain === '') return undefined;
  const service = dotless.get(domain);
  return service === undefined ? `${local}@${domain}` : `${local.replaceAll('.', '')}@${service}`;
};

/**
 * One spelling for the spellings of one mailbox: without case and without what follows `+`, the
 * domain in ASCII; where the service ignores dots, without them. Undefined when it is blank or no
 * address.
 */
export const normaliseEmail = (text: string): string | undefined => mailboxOf(text, asciiDomain);

/** As the first version of `normaliseEmail` wrote it, with the domain in its own letters. */
export const emailInVersion1 = (text: string): string | undefined =>
  mailboxOf(text, (domain) => domain);

/** What follows the last `@` of a normalised mailbox. */
export const domainOfMailbox = (mailbox: string): string =>
  mailbox.slice(mailbox.lastIndexOf('@') + 1);
