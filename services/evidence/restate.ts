import { listToldOf, type ToldOf, withdrawEvidence } from '../../db/told-evidence.js';
import { groupBy } from '../../domain/group-by.js';
import { allTokensOf } from './all-tokens.js';
import { type EvidenceDeps, recordEvidence, type ToldOfSubject } from './record.js';
import type { SubjectTokens } from './subject-tokens.js';

/** What is to be known of one thing from now on, in place of whatever was known of it. */
export interface Statement {
  readonly told: ToldOfSubject['told'];
  /** References under which it, or what it stands in place of, was told first. */
  readonly roots: readonly string[];
  /** Whom it concerns; nobody when it no longer holds. */
  readonly subjects: readonly SubjectTokens[];
  readonly ownTransactionId?: string;
}

const tells = ({ subject, token }: ToldOf, wanted: SubjectTokens): boolean =>
  subject === wanted.subject && allTokensOf(wanted).some((one) => one.equals(token));

/** What of a statement is missing, and what is there and holds no longer. */
const compare = (
  { told, subjects, ownTransactionId }: Statement,
  known: readonly ToldOf[],
): { readonly missing: ToldOfSubject[]; readonly over: string[] } => {
  const root = told.reference;
  const standing = known.filter(({ stands }) => stands);
  const holds = (one: ToldOf): boolean =>
    one.root === root && subjects.some((wanted) => tells(one, wanted));
  const numbers = known.filter((one) => one.root === root).map(({ number }) => number);
  const next = Math.max(0, ...numbers) + 1;
  const reference = next === 1 ? root : `${root}#${next}`;
  return {
    missing: subjects
      .filter((wanted) => !standing.some((one) => one.root === root && tells(one, wanted)))
      .map((wanted) => ({
        ...wanted,
        told: { ...told, reference },
        ...(ownTransactionId !== undefined && { ownTransactionId }),
      })),
    over: standing.filter((one) => !holds(one)).map(({ evidenceId }) => evidenceId),
  };
};

/**
 * Makes evidence say what is known of things now: withdraws what holds no longer and records what
 * is missing, as a statement with a number of its own, so that an earlier instant still sees what
 * was known then. Said again, it changes nothing. Gives how much is new. The caller holds a lock on
 * each thing. Throws `TemporarilyUnavailable`.
 */
export const restateEvidence = async (
  deps: EvidenceDeps,
  statements: readonly Statement[],
  now: Date,
): Promise<number> => {
  if (statements.length === 0) return 0;
  const keyOf = (source: string, root: string): string => `${source} ${root}`;
  const things = statements.flatMap(({ told: { source }, roots }) =>
    roots.map((root) => ({ source, root })),
  );
  const known = groupBy(await listToldOf(deps.db, things), (one) => keyOf(one.source, one.root));
  const compared = statements.map((statement) => {
    const { source } = statement.told;
    const ofIt = statement.roots.flatMap((root) => known.get(keyOf(source, root)) ?? []);
    return compare(statement, ofIt);
  });
  await withdrawEvidence(
    deps.db,
    compared.flatMap(({ over }) => over),
    now,
  );
  return recordEvidence(
    deps,
    compared.flatMap(({ missing }) => missing),
    now,
  );
};
