import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';

/** Disposable mail domains of a public list, several thousands. */
const shipped = disposableEmailBlocklistSet();

/**
 * Whether a domain (ASCII, lower case) or a parent of it is a disposable mail service: on the
 * shipped list or among `added`, and not in `excepted`. The nearest listed domain decides.
 */
export const isDisposableDomain = (
  domain: string,
  {
    added,
    excepted,
  }: { readonly added: ReadonlySet<string>; readonly excepted: ReadonlySet<string> },
): boolean => {
  for (let rest = domain; rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) {
    if (excepted.has(rest)) return false;
    if (added.has(rest) || shipped.has(rest)) return true;
    if (!rest.includes('.')) return false;
  }
  return false;
};
