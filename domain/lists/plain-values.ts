import { ipAddress } from '../../contracts/hbc/primitives.js';
import type { EntryKind } from '../../contracts/v1/lists.js';
import { domainOfMailbox, emailInVersion1, normaliseEmail } from '../email-address.js';

/** Kinds that identify nobody: their values are stored in clear. */
export const isPlainKind = (kind: EntryKind): kind is 'bin' | 'email_domain' | 'text' =>
  kind === 'bin' || kind === 'email_domain' || kind === 'text';

/** The first six digits of a card number: the service stores no more in clear. */
export const normaliseBin = (text: string): string | undefined =>
  /^\d{6}$/.test(text) ? text : undefined;

const domainForm = /^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;

/** The domain as normalised e-mail addresses have it; a leading `@` is removed. */
export const normaliseDomain = (text: string): string | undefined => {
  const domain = text.replace(/^@/, '').replace(/\.$/, '').normalize('NFKC').toLowerCase();
  const isDomain = domain.length <= 253 && domainForm.test(domain);
  return isDomain && !ipAddress.safeParse(domain).success ? domainOf(`x@${domain}`) : undefined;
};

/** The domain of an e-mail address, as `normaliseDomain` spells it; undefined without one. */
export const domainOf = (address: string): string | undefined => {
  const mailbox = normaliseEmail(address);
  return mailbox && domainOfMailbox(mailbox);
};

/** The first version of `normaliseDomain`, which kept domains in their own letters. */
export const domainInVersion1 = (address: string): string | undefined => {
  const mailbox = emailInVersion1(address);
  return mailbox && domainOfMailbox(mailbox);
};

const codeForm = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} .:/_#&+-]{0,63}$/u;

/**
 * A code in lower case with single spaces; undefined for a text that is no code. It is stored in
 * clear, so an e-mail or IP address is rejected.
 */
export const normaliseText = (text: string): string | undefined => {
  const code = text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
  return codeForm.test(code) && !ipAddress.safeParse(code).success ? code : undefined;
};
