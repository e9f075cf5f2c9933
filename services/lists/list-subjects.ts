import type { EntryKind } from '../../contracts/v1/lists.js';
import { domainOf, isPlainKind } from '../../domain/lists/plain-values.js';
import { subjectsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../ports.js';

/** A value as lists hold it: the keyed hash of a personal one, the UTF-8 text of any other. */
export interface ListSubject {
  readonly kind: EntryKind;
  readonly token: Buffer;
}

/** A normalised value under every live key, by key id; a value that is not personal has no key. */
export const listTokensOf = (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  kind: Exclude<EntryKind, 'card'>,
  normalised: string,
): { readonly keyId: string | null; readonly token: Buffer }[] =>
  isPlainKind(kind)
    ? [{ keyId: null, token: Buffer.from(normalised, 'utf8') }]
    : Object.entries(tokeniser.subjectTokens(kind, normalised)).map(([keyId, token]) => ({
        keyId,
        token: Buffer.from(token, 'hex'),
      }));

/** All of an order that may stand on a list, each under every key that it is known by. */
export const listSubjectsOf = (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  transaction: SanitisedTransaction,
): ListSubject[] => {
  const cards = Object.values(transaction.card.tokens).map((token) => ({
    kind: 'card' as const,
    token: Buffer.from(token, 'hex'),
  }));
  const domain = domainOf(transaction.customer.emailAddress);
  const others = [
    ...subjectsOf(transaction),
    ...(domain === undefined ? [] : [{ kind: 'email_domain', value: domain } as const]),
  ].flatMap(({ kind, value }) =>
    listTokensOf(tokeniser, kind, value).map(({ token }) => ({ kind, token })),
  );
  return [...cards, ...others];
};
