import { defineFacts, flag, number } from './fact-group.js';

/** A listed domain covers its subdomains. */
const isDisposable = (domain: string, listed: readonly string[]): boolean =>
  domain !== '' && listed.some((entry) => `.${domain}`.endsWith(`.${entry.toLowerCase()}`));

const longestDigitRun = (text: string): number =>
  Math.max(0, ...(text.match(/\d+/g) ?? []).map((run) => run.length));

/** Vowels of the Latin script; a letter of another script is never called vowel-less. */
const vowel = /[aeiouy]|[^\p{ASCII}]/u;

export const emailFacts = defineFacts(
  {
    blank: flag('There is no e-mail address.'),
    disposable: flag('The domain, or one above it, is on the disposable list.'),
    localHasVowel: flag('The local part before + has a vowel.'),
    localDigitRun: number('Most digits in a row in the local part before +.'),
    localSpecials: number('Characters of the local part before + that are no letter or digit.'),
  },
  ({ transaction, settings }) => {
    const address = transaction.customer.emailAddress.trim().toLowerCase();
    const at = address.lastIndexOf('@');
    const local = address.slice(0, Math.max(0, at)).replace(/\+.*$/, '');
    return {
      blank: address === '',
      disposable: isDisposable(address.slice(at + 1), settings.disposableEmailDomains),
      localHasVowel: vowel.test(local.normalize('NFD')),
      localDigitRun: longestDigitRun(local),
      localSpecials: (local.match(/[^\p{L}\p{N}]/gu) ?? []).length,
    };
  },
);
