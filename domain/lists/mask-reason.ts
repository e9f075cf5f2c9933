import { maskCardNumbers } from '../mask.js';

// It begins where such a run begins, so that a long text without `@` is not read again and again.
const emailAddress = /(?<![^\s@<>"'(),;])[^\s@<>"'(),;]+@(?=[^\s@]+\.)/g;
const ipv4Address = /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g;
const ipv6Address = /(?<![\w:])(?=[0-9a-f:]*::|(?:[0-9a-f]*:){4})[0-9a-f:]{4,39}(?![\w:])/gi;

/**
 * A reason as it is kept: without card numbers, the local part of e-mail addresses, and IP
 * addresses. What it else says of people nobody can tell: the documents ask not to write it.
 */
export const maskReason = (reason: string): string =>
  maskCardNumbers(reason)
    .replaceAll(emailAddress, '*@')
    .replaceAll(ipv4Address, '*')
    .replaceAll(ipv6Address, '*');
