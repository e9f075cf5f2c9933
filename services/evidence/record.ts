import { randomUUID } from 'node:crypto';
import { insertAudits } from '../../db/audit.js';
import { listToldOf, type ToldOf, withdrawEvidence } from '../../db/evidence-statements.js';
import { insertEvidence, type NewEvidence } from '../../db/evidence.js';
import { deleteOldRows } from '../../db/old-rows.js';
import { type HashedSubject, listOpenCasesOf, listOpenCasesOfDigits } from '../../db/open-cases.js';
import type { Queryable } from '../../db/pool.js';
import { groupBy } from '../../domain/group-by.js';
import { dayMs } from '../../domain/utc-day.js';
import { type Context, system } from '../context.js';
import { allTokensOf, type SubjectTokens } from './subjects.js';

/** Something told of one subject. */
export interface ToldOfSubject extends SubjectTokens {
  readonly told: Pick<NewEvidence, 'kind' | 'source' | 'reference' | 'occurredAt' | 'details'>;
  /** Of `card_digits`: the digits, by which orders are found. */
  readonly digits?: { readonly bin6: string; readonly last4: string };
  /** The order that it comes from: it is no news about it. */
  readonly ownTransactionId?: string;
}

/** Where it is written: under the current key, else under one that its order was received under. */
const writtenUnder = (tokens: SubjectTokens['tokens'], currentKeyId: string): [string, Buffer] => {
  const current = tokens[currentKeyId];
  const [found] = current === undefined ? Object.entries(tokens) : [[currentKeyId, current]];
  if (found === undefined) throw new Error('a subject without a token');
  return found as [string, Buffer];
};

/** Open cases of what was told, by its place. */
const openCasesOf = async (
  db: Queryable,
  all: readonly ToldOfSubject[],
): Promise<{ readonly place: number; readonly transactionId: string }[]> => {
  const found: { place: number; transactionId: string }[] = [];
  const placed = all.map((one, place) => ({ ...one, place }));
  for (const [subject, some] of groupBy(placed, (one) => one.subject)) {
    // Whoever was suspected in a store is hardly the one who ordered there: it is shown, not told.
    if (subject === 'store') continue;
    if (subject === 'card_digits') {
      for (const { place, digits } of some) {
        const ids = digits === undefined ? [] : await listOpenCasesOfDigits(db, digits);
        found.push(...ids.map((transactionId) => ({ place, transactionId })));
      }
    } else {
      const asked = some.flatMap((one) =>
        allTokensOf(one).map((token) => ({ place: one.place, token })),
      );
      found.push(...(await listOpenCasesOf(db, subject satisfies HashedSubject, asked)));
    }
  }
  return found.filter(({ place, transactionId }) => all[place]?.ownTransactionId !== transactionId);
};

/** Notes what is new on the timeline of each open case of its subjects, one entry a thing. */
const noteOnOpenCases = async (
  db: Queryable,
  all: readonly ToldOfSubject[],
  at: Date,
): Promise<void> => {
  const found = (await openCasesOf(db, all)).flatMap(({ place, transactionId }) => {
    const one = all[place];
    return one === undefined ? [] : [{ ...one, transactionId }];
  });
  const keyOf = ({ transactionId, told }: (typeof found)[number]): string =>
    `${transactionId} ${told.source} ${told.reference}`;
  const entries = [...groupBy(found, keyOf).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { kind, source, reference, occurredAt } = first.told;
    const subjects = [...new Set(some.map(({ subject }) => subject))];
    const details = { kind, source, reference, subjects, occurredAt: occurredAt.toISOString() };
    const object = first.transactionId;
    return [{ actor: system.name, action: 'evidence.recorded', object, details, at }];
  });
  await insertAudits(db, entries);
};

/**
 * Writes down what is told of subjects, and notes it on the timeline of each open case of these;
 * gives how much of it is new. What is there already is neither written nor noted again.
 */
export const recordEvidence = async (
  { db, tokeniser, now }: Context<'tokeniser' | 'now'>,
  all: readonly ToldOfSubject[],
): Promise<number> => {
  if (all.length === 0) return 0;
  const rows = all.map(({ subject, tokens, told }) => {
    const [keyId, token] = writtenUnder(tokens, tokeniser.currentKeyId);
    return { ...told, evidenceId: randomUUID(), subject, keyId, token, recordedAt: now };
  });
  const added = await insertEvidence(db, rows);
  const isNew = rows.map(({ evidenceId }) => added.has(evidenceId));
  const fresh = all.filter((_, place) => isNew[place]);
  if (fresh.length > 0) await noteOnOpenCases(db, fresh, now);
  return added.size;
};

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
 * each thing.
 */
export const restateEvidence = async (
  context: Context<'tokeniser' | 'now'>,
  statements: readonly Statement[],
): Promise<number> => {
  const { now } = context;
  if (statements.length === 0) return 0;
  const keyOf = (source: string, root: string): string => `${source} ${root}`;
  const things = statements.flatMap(({ told: { source }, roots }) =>
    roots.map((root) => ({ source, root })),
  );
  const known = groupBy(await listToldOf(context.db, things), (one) => keyOf(one.source, one.root));
  const compared = statements.map((statement) => {
    const { source } = statement.told;
    const ofIt = statement.roots.flatMap((root) => known.get(keyOf(source, root)) ?? []);
    return compare(statement, ofIt);
  });
  await withdrawEvidence(
    context.db,
    compared.flatMap(({ over }) => over),
    now,
  );
  return recordEvidence(
    { ...context, now },
    compared.flatMap(({ missing }) => missing),
  );
};

/** Deletes evidence and pushes that are kept for longer than `retentionDays`; gives how many. */
export const purgeEvidence = async (
  { db, now }: Context<'now'>,
  { retentionDays }: { readonly retentionDays: number },
): Promise<{ readonly evidence: number; readonly pushes: number }> => {
  const before = new Date(now.getTime() - retentionDays * dayMs);
  return {
    evidence: await deleteOldRows(db, 'evidence', before),
    pushes: await deleteOldRows(db, 'aifi_pushes', before),
  };
};
