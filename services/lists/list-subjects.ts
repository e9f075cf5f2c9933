import type { EntryKind } from '../../contracts/v1/lists.js';
import { domainInVersion1, domainOf, isPlainKind } from '../../domain/lists/plain-values.js';
import { listedPlacesOf, subjectsOf } from '../../domain/subjects.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../ports.js';
import { mapInTurns } from '../turns.js';

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

/** Every value of an order that an entry may have, in today's spellings and earlier ones. */
const listedValuesOf = (transaction: SanitisedTransaction) => {
  const { emailAddress } = transaction.customer;
  const domains = new Set([domainOf(emailAddress), domainInVersion1(emailAddress)]);
  const places = listedPlacesOf(transaction);
  return [
    ...subjectsOf(transaction).flatMap(({ kind, value, earlier }) =>
      // An entry need not give all of an address: its keys are others.
      kind === 'address' ? [] : [value, ...earlier].map((one) => ({ kind, value: one })),
    ),
    ...places.map((value) => ({ kind: 'address' as const, value })),
    ...[...domains].flatMap((value) =>
      value === undefined ? [] : [{ kind: 'email_domain' as const, value }],
    ),
  ];
};

/**
 * All of an order that may stand on a list, each under every key that it is known by. Five hundred
 * addresses have thousands of them, so others have their turn in between.
 */
export const listSubjectsOf = async (
  tokeniser: Pick<Tokeniser, 'subjectTokens'>,
  transaction: SanitisedTransaction,
): Promise<ListSubject[]> => {
  const cards = Object.values(transaction.card.tokens).map((token) => ({
    kind: 'card' as const,
    token: Buffer.from(token, 'hex'),
  }));
  const others = await mapInTurns(listedValuesOf(transaction), ({ kind, value }) =>
    listTokensOf(tokeniser, kind, value).map(({ token }) => ({ kind, token })),
  );
  return [...cards, ...others.flat()];
};
