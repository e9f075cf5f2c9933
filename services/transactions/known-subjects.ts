import { type KnownRows, lookUpTokens, type TokensToLookUp } from '../../db/subject-lookup.js';
import type { Evidence } from '../../domain/evidence.js';
import type { Listing } from '../../domain/listing.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context } from '../context.js';
import { evidenceSubjectsOf, toEvidence } from '../evidence/subjects.js';
import {
  type ListHit,
  listingsOf,
  listSubjectsOf,
  type TextFact,
  textSubjectsOf,
} from '../lists/matches.js';
import { mapInTurns, partsOf } from '../turns.js';

/** Splits the tokens of a large order, most of which lists have, over several look-ups. */
const lookUpsOf = ({ listed, evidenced }: TokensToLookUp): TokensToLookUp[] => {
  const [first, ...others] = partsOf(listed);
  if (first === undefined && evidenced.length === 0) return [];
  return [
    { listed: first ?? [], evidenced },
    ...others.map((part) => ({ listed: part, evidenced: [] })),
  ];
};

const hitsOf = ({ hits }: KnownRows, { listed }: TokensToLookUp): ListHit[] =>
  hits.flatMap(({ index, ...hit }) => {
    const token = listed[index]?.token;
    return token === undefined ? [] : [{ ...hit, token }];
  });

/**
 * Looks tokens up in lists and evidence, as of an instant: entries that were added by then, not yet
 * removed, and before `expiresAt`; evidence that was recorded by then, not withdrawn, and at most
 * 180 days old. A repeat for the same instant gives the same result.
 */
export const lookUp = async (
  { db }: Context,
  tokens: TokensToLookUp,
  at: Date,
): Promise<{ readonly hits: ListHit[]; readonly evidence: Evidence[] }> => {
  const found = await mapInTurns(lookUpsOf(tokens), async (part) => {
    const rows = await lookUpTokens(db, part, at);
    return { hits: hitsOf(rows, part), evidence: rows.evidence };
  });
  const hits = found.flatMap((part) => part.hits);
  return {
    hits: [...new Map(hits.map((hit) => [hit.entryId, hit])).values()],
    evidence: found.flatMap(({ evidence }) => evidence.map(toEvidence)),
  };
};

/** What to look up of an order. */
interface WantedSubjects {
  readonly isListed: boolean;
  readonly texts: readonly TextFact[];
  readonly isEvidenced: boolean;
}

/** What lists and evidence say of an order's subjects; undefined for what was not wanted. */
interface KnownSubjects {
  readonly listings: readonly Listing[] | undefined;
  readonly evidence: readonly Evidence[] | undefined;
}

/** Reads what lists and evidence said of an order's subjects at its receipt. */
export const findKnownSubjects = async (
  { db, tokeniser }: Context<'tokeniser'>,
  transaction: SanitisedTransaction,
  receivedAt: Date,
  { isListed, texts, isEvidenced }: WantedSubjects,
): Promise<KnownSubjects> => {
  const subjects = isListed ? await listSubjectsOf(tokeniser, transaction) : [];
  const listed = [...subjects, ...textSubjectsOf(tokeniser, texts)];
  const evidenced = isEvidenced ? await evidenceSubjectsOf(tokeniser, transaction) : [];
  const { hits, evidence } = await lookUp({ db }, { listed, evidenced }, receivedAt);
  return {
    listings: isListed ? listingsOf(hits, texts) : undefined,
    evidence: isEvidenced ? evidence : undefined,
  };
};
