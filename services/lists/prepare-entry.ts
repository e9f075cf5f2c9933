import type { EntryKind, EntryToAdd } from '../../contracts/v1/lists.js';
import { isReason, noReason } from '../../contracts/v1/free-text.js';
import type { ListRow } from '../../db/lists.js';
import type { Queryable } from '../../db/pool.js';
import { findBody } from '../../db/transactions.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { isProblem, readValue, type ValueProblem } from '../../domain/lists/read-value.js';
import type { Tokeniser, Vault } from '../ports.js';
import { loadTransaction } from '../transactions/load.js';
import { listTokensOf } from './list-subjects.js';

export interface EntryDeps {
  readonly db: Queryable;
  readonly vault: Vault;
  readonly tokeniser: Tokeniser;
}

/** An entry whose value has become tokens; nothing personal is left in it. */
export interface PreparedEntry {
  readonly kind: EntryKind;
  /** What is written: under the current key where there is one. */
  readonly written: { readonly keyId: string | null; readonly token: Buffer };
  /** In every spelling and under every live key: an entry under any of them is this one. */
  readonly tokens: readonly Buffer[];
  readonly hint: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
}

const wrong = (
  field: ValueProblem['field'],
  code: ValueProblem['code'],
  message: string,
): ValueProblem => ({ field, code, message });

/** The kind of the entry, which the list gives or the caller. */
const kindOf = (list: ListRow, given: EntryToAdd): EntryKind | ValueProblem => {
  const { value_kind: own, kind: listKind } = list;
  if (own !== null) {
    return given.kind === undefined || given.kind === own
      ? own
      : wrong('kind', 'invalid_value', `must be ${own}, as the whole list is`);
  }
  if (given.kind === undefined) {
    return wrong('kind', 'missing_field', `is required on the ${listKind} list`);
  }
  return given.kind === 'text'
    ? wrong('kind', 'invalid_value', 'must name a part of every order: text stands on other lists')
    : given.kind;
};

type Tokens = Pick<PreparedEntry, 'tokens' | 'written' | 'hint'>;

const unknownOrder = wrong(
  'transactionId',
  'unknown_transaction',
  'must name an order that is stored',
);

/** The tokens of the card that an order used, under those of its keys that are still live. */
const tokensOfCard = async (
  { db, vault, tokeniser }: EntryDeps,
  transactionId: string,
): Promise<Tokens | ValueProblem> => {
  const isStored = (await findBody(db, transactionId)) !== undefined;
  if (!isStored) return unknownOrder;
  const { card } = (await loadTransaction({ db, vault }, transactionId)).transaction;
  const liveKeys = Object.keys(tokeniser.subjectTokens('card', ''));
  const live = Object.entries(card.tokens).filter(([keyId]) => liveKeys.includes(keyId));
  const [keyId, token] =
    live.find(([id]) => id === tokeniser.currentKeyId) ??
    live.find(([id]) => id === card.tokenKeyId) ??
    live[0] ??
    [];
  if (keyId === undefined || token === undefined) {
    const message = 'names an order of a card key that has been retired: name a newer one';
    return wrong('transactionId', 'invalid_value', message);
  }
  return {
    written: { keyId, token: Buffer.from(token, 'hex') },
    tokens: live.map(([, one]) => Buffer.from(one, 'hex')),
    hint: `${card.bin6}…${card.last4}`,
  };
};

const tokensOf = async (
  deps: EntryDeps,
  kind: EntryKind,
  given: EntryToAdd,
): Promise<Tokens | ValueProblem> => {
  const read = readValue(kind, given);
  if (read !== undefined && isProblem(read)) return read;
  if (kind === 'card') return tokensOfCard(deps, given.transactionId ?? '');
  if (read === undefined) throw new Error(`an entry of kind ${kind} was read without a value`);
  const all = listTokensOf(deps.tokeniser, kind, read.normalised);
  const written = all.find(({ keyId }) => keyId === deps.tokeniser.currentKeyId) ?? all[0];
  if (written === undefined) throw new Error('there is no key to write under');
  const earlier = (read.earlier ?? []).flatMap((one) => listTokensOf(deps.tokeniser, kind, one));
  return { written, tokens: [...all, ...earlier].map(({ token }) => token), hint: read.hint };
};

/** Turns an entry as given into what is stored. Throws `TemporarilyUnavailable`. */
export const prepareEntry = async (
  deps: EntryDeps,
  list: ListRow,
  given: EntryToAdd,
): Promise<PreparedEntry | ValueProblem> => {
  const kind = kindOf(list, given);
  if (typeof kind !== 'string') return kind;
  if (list.kind === 'allow' && !isReason(given.reason)) {
    return wrong('reason', 'missing_field', noReason);
  }
  const tokens = await tokensOf(deps, kind, given);
  if (isProblem(tokens)) return tokens;
  return {
    kind,
    ...tokens,
    reason: maskReason(given.reason),
    expiresAt: given.expiresAt ?? null,
  };
};
