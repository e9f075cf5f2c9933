import { randomUUID } from 'node:crypto';
import { insertAudits } from '../../db/audit.js';
import {
  listStatedEvidence,
  type StatedEvidence,
  withdrawEvidence,
} from '../../db/evidence-statements.js';
import { insertEvidence, type NewEvidence } from '../../db/evidence.js';
import { type HashedSubject, listOpenCasesOf, listOpenCasesOfDigits } from '../../db/open-cases.js';
import type { Queryable } from '../../db/pool.js';
import { groupBy } from '../../domain/group-by.js';
import { type Context, system } from '../context.js';
import { allTokensOf, type SubjectTokens } from './subjects.js';

/** Evidence about one subject. */
export interface SubjectEvidence extends SubjectTokens {
  readonly content: Pick<NewEvidence, 'kind' | 'source' | 'reference' | 'occurredAt' | 'details'>;
  /** For `card_digits`: the digits, to find orders by. */
  readonly digits?: { readonly bin6: string; readonly last4: string };
  /** The order that it comes from, which it is not noted on. */
  readonly ownTransactionId?: string;
}

/**
 * The key and token to store it under: the current key, else one that was live when the order was
 * received.
 */
export const storageTokenOf = (
  tokens: SubjectTokens['tokens'],
  currentKeyId: string,
): [string, Buffer] => {
  const current = tokens[currentKeyId];
  const [found] = current === undefined ? Object.entries(tokens) : [[currentKeyId, current]];
  if (found === undefined) throw new Error('a subject without a token');
  return found as [string, Buffer];
};

/** The open cases that each piece of evidence concerns, by its index. */
const openCasesOf = async (
  db: Queryable,
  all: readonly SubjectEvidence[],
): Promise<{ readonly place: number; readonly transactionId: string }[]> => {
  const found: { place: number; transactionId: string }[] = [];
  const placed = all.map((one, place) => ({ ...one, place }));
  for (const [subject, some] of groupBy(placed, (one) => one.subject)) {
    // A suspect in a store is rarely the shopper of this order: the case shows it, but no timeline
    // entry.
    if (subject === 'store') continue;
    if (subject === 'card_digits') {
      for (const { place, digits } of some) {
        const ids = digits === undefined ? [] : await listOpenCasesOfDigits(db, digits);
        found.push(...ids.map((transactionId) => ({ place, transactionId })));
      }
    } else {
      const tokens = some.flatMap((one) =>
        allTokensOf(one).map((token) => ({ place: one.place, token })),
      );
      found.push(...(await listOpenCasesOf(db, subject satisfies HashedSubject, tokens)));
    }
  }
  return found.filter(({ place, transactionId }) => all[place]?.ownTransactionId !== transactionId);
};

/**
 * Adds new evidence to the timeline of each open case of its subjects, one entry for each
 * reference.
 */
const addToTimelines = async (
  db: Queryable,
  all: readonly SubjectEvidence[],
  at: Date,
): Promise<void> => {
  const found = (await openCasesOf(db, all)).flatMap(({ place, transactionId }) => {
    const one = all[place];
    return one === undefined ? [] : [{ ...one, transactionId }];
  });
  const keyOf = ({ transactionId, content }: (typeof found)[number]): string =>
    `${transactionId} ${content.source} ${content.reference}`;
  const entries = [...groupBy(found, keyOf).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { kind, source, reference, occurredAt } = first.content;
    const subjects = [...new Set(some.map(({ subject }) => subject))];
    const details = { kind, source, reference, subjects, occurredAt: occurredAt.toISOString() };
    const object = first.transactionId;
    return [{ actor: system.name, action: 'evidence.recorded', object, details, at }];
  });
  await insertAudits(db, entries);
};

/**
 * Records evidence and adds it to the timeline of each open case of its subjects. Returns how many
 * records are new. Existing evidence is neither stored nor noted again.
 */
export const recordEvidence = async (
  { db, tokeniser, now }: Context<'tokeniser' | 'now'>,
  all: readonly SubjectEvidence[],
): Promise<number> => {
  if (all.length === 0) return 0;
  const rows = all.map(({ subject, tokens, content }) => {
    const [keyId, token] = storageTokenOf(tokens, tokeniser.currentKeyId);
    return { ...content, evidenceId: randomUUID(), subject, keyId, token, recordedAt: now };
  });
  const added = await insertEvidence(db, rows);
  const isNew = rows.map(({ evidenceId }) => added.has(evidenceId));
  const fresh = all.filter((_, place) => isNew[place]);
  if (fresh.length > 0) await addToTimelines(db, fresh, now);
  return added.size;
};

/** The evidence that a source gives about one thing from now on, in place of earlier evidence. */
export interface Statement {
  readonly content: SubjectEvidence['content'];
  /** References under which it, or what it replaces, was first recorded. */
  readonly roots: readonly string[];
  /** The subjects that it concerns; none when it no longer holds. */
  readonly subjects: readonly SubjectTokens[];
  readonly ownTransactionId?: string;
}

const matchesSubject = ({ subject, token }: StatedEvidence, wanted: SubjectTokens): boolean =>
  subject === wanted.subject && allTokensOf(wanted).some((one) => one.equals(token));

/** The missing evidence of a statement, and existing evidence that no longer holds. */
const compare = (
  { content, subjects, ownTransactionId }: Statement,
  known: readonly StatedEvidence[],
): { readonly missing: SubjectEvidence[]; readonly obsolete: string[] } => {
  const root = content.reference;
  const current = known.filter(({ isCurrent }) => isCurrent);
  const holds = (one: StatedEvidence): boolean =>
    one.root === root && subjects.some((wanted) => matchesSubject(one, wanted));
  const numbers = known.filter((one) => one.root === root).map(({ number }) => number);
  const next = Math.max(0, ...numbers) + 1;
  const reference = next === 1 ? root : `${root}#${next}`;
  return {
    missing: subjects
      .filter((wanted) => !current.some((one) => one.root === root && matchesSubject(one, wanted)))
      .map((wanted) => ({
        ...wanted,
        content: { ...content, reference },
        ...(ownTransactionId !== undefined && { ownTransactionId }),
      })),
    obsolete: current.filter((one) => !holds(one)).map(({ evidenceId }) => evidenceId),
  };
};

/**
 * Brings evidence up to date: withdraws what no longer holds and records what is missing under a
 * new numbered reference, so that an earlier instant still sees the evidence of then. A repeat
 * changes nothing. Returns how many records are new. The caller holds a lock on each thing.
 */
export const restateEvidence = async (
  context: Context<'tokeniser' | 'now'>,
  statements: readonly Statement[],
): Promise<number> => {
  const { now } = context;
  if (statements.length === 0) return 0;
  const keyOf = (source: string, root: string): string => `${source} ${root}`;
  const things = statements.flatMap(({ content: { source }, roots }) =>
    roots.map((root) => ({ source, root })),
  );
  const known = groupBy(await listStatedEvidence(context.db, things), (one) =>
    keyOf(one.source, one.root),
  );
  const compared = statements.map((statement) => {
    const { source } = statement.content;
    const ofIt = statement.roots.flatMap((root) => known.get(keyOf(source, root)) ?? []);
    return compare(statement, ofIt);
  });
  await withdrawEvidence(
    context.db,
    compared.flatMap(({ obsolete }) => obsolete),
    now,
  );
  return recordEvidence(
    { ...context, now },
    compared.flatMap(({ missing }) => missing),
  );
};
