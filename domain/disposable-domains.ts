import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';

/** Throw-away mail services that a public list knows, some thousands. */
const shipped = disposableEmailBlocklistSet();

/**
 * Whether the domain, in ASCII and lower case, is a throw-away mail service: it or one above it is
 * on the shipped list or among `added`. The nearest that is named counts, and what is in `excepted`
 * is none.
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
