import { maskCardNumbers } from '../mask.js';

// Starts only at the beginning of a run, so that a long text without `@` takes linear time.
const emailAddress = /(?<![^\s@<>"'(),;])[^\s@<>"'(),;]+@(?=[^\s@]+\.)/g;
const ipv4Address = /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g;
const ipv6Address = /(?<![\w:])(?=[0-9a-f:]*::|(?:[0-9a-f]*:){4})[0-9a-f:]{4,39}(?![\w:])/gi;

/**
 * A reason in the form in which it is stored: without card numbers, IP addresses and the local part
 * of e-mail addresses. Other personal data cannot be detected; the documents ask not to write it.
 */
export const maskReason = (reason: string): string =>
  maskCardNumbers(reason)
    .replaceAll(emailAddress, '*@')
    .replaceAll(ipv4Address, '*')
    .replaceAll(ipv6Address, '*');
