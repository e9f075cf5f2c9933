/** Mail services that ignore dots in the local part, each with its canonical domain. */
const dotless: ReadonlyMap<string, string> = new Map([
  ['gmail.com', 'gmail.com'],
  ['googlemail.com', 'gmail.com'],
]);

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** Only these characters: anything else would end the host when parsed as part of a URL. */
const hostForm = /^[\p{L}\p{N}\p{M}.\u3002-]+$/u;

/**
 * The domain in lower case and ASCII, as DNS has it: `bücher.example` becomes
 * `xn--bcher-kva.example`. A text that is no international domain stays as it is.
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
 * One spelling per mailbox: lower case, without the part after `+`, the domain in ASCII, and
 * without dots where the service ignores them. Undefined for a blank text and for no address.
 */
export const normaliseEmail = (text: string): string | undefined => mailboxOf(text, asciiDomain);

/** The first version of `normaliseEmail`, which kept the domain in its own letters. */
export const emailInVersion1 = (text: string): string | undefined =>
  mailboxOf(text, (domain) => domain);

/** The part after the last `@` of a normalised mailbox. */
export const domainOfMailbox = (mailbox: string): string =>
  mailbox.slice(mailbox.lastIndexOf('@') + 1);
