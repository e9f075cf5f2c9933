import type { EntryKind } from '../../contracts/v1/lists.js';
import type { Queryable } from '../../db/pool.js';
import type { ListableSubject, Listing } from '../../domain/listing.js';
import { groupBy } from '../../domain/group-by.js';
import { normaliseText } from '../../domain/lists/plain-values.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Tokeniser } from '../ports.js';
import { findHits } from './find-hits.js';
import { listSubjectsOf, listTokensOf } from './list-subjects.js';

interface Deps {
  readonly db: Queryable;
  readonly tokeniser: Pick<Tokeniser, 'subjectTokens'>;
}

/** A fact that a rule asks a text list about. */
interface TextFact {
  /** `group.name` */
  readonly fact: string;
  readonly value: string;
}

const subjectOf: Readonly<Record<Exclude<EntryKind, 'text'>, ListableSubject>> = {
  card: 'card',
  email: 'email',
  account: 'account',
  device: 'device',
  ip: 'ip',
  address: 'address',
  bin: 'bin',
  email_domain: 'emailDomain',
};

const listingsOfOrder = async (
  { db, tokeniser }: Deps,
  transaction: SanitisedTransaction,
  at: Date,
): Promise<Listing[]> => {
  const hits = await findHits(db, await listSubjectsOf(tokeniser, transaction), at);
  return hits.flatMap(({ list, listKind, subjectKind }) =>
    subjectKind === 'text' ? [] : [{ list, kind: listKind, subject: subjectOf[subjectKind] }],
  );
};

/** An entry does not say which value it equals, so each value is asked about by itself. */
const listingsOfText = async (
  { db, tokeniser }: Deps,
  textFacts: readonly TextFact[],
  at: Date,
): Promise<Listing[]> => {
  const byValue = groupBy(textFacts, ({ value }) => normaliseText(value));
  const found = await Promise.all(
    [...byValue].map(async ([value, facts]) => {
      if (value === undefined) return [];
      const [written] = listTokensOf(tokeniser, 'text', value);
      if (written === undefined) return [];
      const hits = await findHits(db, [{ kind: 'text', token: written.token }], at);
      return hits.flatMap(({ list, listKind }) =>
        facts.map(({ fact }) => ({ list, kind: listKind, subject: fact })),
      );
    }),
  );
  return found.flat();
};

/**
 * The lists that name something of the order or equal one of the text facts, as they stood at the
 * instant of receipt: each list once for each subject. Throws `TemporarilyUnavailable`.
 */
export const findListings = async (
  deps: Deps,
  transaction: SanitisedTransaction,
  receivedAt: Date,
  textFacts: readonly TextFact[],
): Promise<Listing[]> => {
  const [ofOrder, ofText] = await Promise.all([
    listingsOfOrder(deps, transaction, receivedAt),
    listingsOfText(deps, textFacts, receivedAt),
  ]);
  const all = [...ofOrder, ...ofText];
  return [...new Map(all.map((one) => [`${one.list} ${one.subject}`, one])).values()];
};
