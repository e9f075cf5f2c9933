import { isDisposableDomain } from '../disposable-domains.js';
import { asciiDomain } from '../email-address.js';
import { countOf, defineFacts, flag } from './fact-group.js';
import { listedDomains } from './settings-words.js';

const longestDigitRun = (text: string): number =>
  Math.max(0, ...(text.match(/\d+/g) ?? []).map((run) => run.length));

/**
 * A vowel of the Latin script, or any letter of another script: those never count as vowel-less.
 */
const vowel = /[aeiouy]|[^\p{ASCII}]/u;

export const emailFacts = defineFacts(
  {
    blank: flag('There is no e-mail address.'),
    disposable: flag('The domain, or a parent domain, is a disposable e-mail service.'),
    localHasVowel: flag('The local part before + has a vowel.'),
    localDigitRun: countOf('Longest run of digits in the local part before +.'),
    localSpecials: countOf('Characters in the local part before + that are no letter or digit.'),
  },
  ({ transaction, settings }) => {
    const address = transaction.customer.emailAddress.trim().toLowerCase();
    const at = address.lastIndexOf('@');
    const domain = asciiDomain(address.slice(at + 1));
    const local = address.slice(0, Math.max(0, at)).split('+', 1)[0] ?? '';
    return {
      blank: address === '',
      disposable: isDisposableDomain(domain, {
        added: listedDomains(settings.disposableEmailDomains),
        excepted: listedDomains(settings.lastingEmailDomains),
      }),
      localHasVowel: vowel.test(local.normalize('NFD')),
      localDigitRun: longestDigitRun(local),
      localSpecials: (local.match(/[^\p{L}\p{N}]/gu) ?? []).length,
    };
  },
);
