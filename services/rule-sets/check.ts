import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { listLists, type ListRow } from '../../db/lists.js';
import type { Queryable } from '../../db/pool.js';
import { isVersionText } from '../../db/rule-sets.js';
import { listableSubjects } from '../../domain/listing.js';
import { maskCardNumbers } from '../../domain/mask.js';
import { didYouMean, nearestName } from '../../domain/nearest-name.js';
import type { PlacedListRead } from '../../domain/rule-text/list-reads.js';
import type { Context } from '../context.js';
import type { RuleGuard } from './guard.js';
import { inOrder, type ReadRuleText, type RefusedRuleText } from '../../domain/rule-text/read.js';
import { readRuleText } from './read-text.js';

/**
 * Problems for lines that look like they hold a card number. Rule texts are stored in clear text,
 * so such a text is not stored.
 */
export const findCardNumbers = (text: string): RuleTextProblem[] => {
  // Most texts have none; only then check line by line.
  if (maskCardNumbers(text) === text) return [];
  return text.split('\n').flatMap((line, index) => {
    if (maskCardNumbers(line) === line) return [];
    const message = 'holds what looks like a card number';
    return [{ rule: 'rule set', message, line: index + 1, column: 1 }];
  });
};

/** The kind of list entry that a subject needs; a fact of the catalogue needs text. */
const entryKindOf = (subject: string): string => {
  if (subject === 'emailDomain') return 'email_domain';
  return listableSubjects.some((known) => known === subject) ? subject : 'text';
};

const faultOf = (read: PlacedListRead, lists: ReadonlyMap<string, ListRow>): string | undefined => {
  const list = lists.get(read.list);
  if (list === undefined) {
    const hint = didYouMean(nearestName(read.list, [...lists.keys()]));
    return `there is no list '${read.list}'${hint}`;
  }
  const kind = entryKindOf(read.subject);
  if (list.value_kind === null) {
    return kind === 'text' ? `the list '${list.name}' holds no texts` : undefined;
  }
  const held = `the list '${list.name}' holds entries of kind ${list.value_kind}`;
  return list.value_kind === kind ? undefined : `${held}; ${read.subject} needs ${kind}`;
};

/**
 * The problems of a rule set's list lookups: a missing list, or one of another kind, would make a
 * rule that silently never trips.
 */
const checkLists = async (
  db: Queryable,
  reads: readonly PlacedListRead[],
): Promise<RuleTextProblem[]> => {
  if (reads.length === 0) return [];
  const lists = new Map((await listLists(db)).map((list) => [list.name, list]));
  return reads.flatMap((read) => {
    const message = faultOf(read, lists);
    const { rule, line, column } = read;
    return message === undefined ? [] : [{ rule, message, line, column }];
  });
};

/** The context for checking an untrusted text. */
export type CheckContext<Db extends Queryable = Queryable> = Context<never, Db> & {
  /** Reads such texts in isolation. */
  readonly guard: Pick<RuleGuard, 'check'>;
};

/**
 * Every problem of a text: its own, and against the present lists. A text that is already a version
 * is not checked for likely mistakes, so that a rollback is always possible. Throws
 * `TemporarilyUnavailable`, also while too many texts wait to be read.
 */
export const findProblems = async (
  { db, guard }: CheckContext,
  text: string,
): Promise<readonly RuleTextProblem[]> => {
  const answer = await guard.check(text);
  if (answer.kind === 'overloaded') throw new TemporarilyUnavailable('rule reader');
  const ruleProblems = answer.kind === 'refused' ? answer.problems : [];
  const lists = await checkLists(db, answer.listReads ?? []);
  const sure = [...ruleProblems, ...findCardNumbers(text), ...lists];
  const doubts = answer.doubts ?? [];
  const reportsDoubts = doubts.length > 0 && !(await isVersionText(db, text));
  return inOrder(reportsDoubts ? [...sure, ...doubts] : sure);
};

/** A compiled text that may come into force, or its problems. */
type CheckedRuleText = ReadRuleText | RefusedRuleText;

/** Checks a text as `findProblems` does, and compiles it when it has no problems. */
export const checkRuleText = async (
  context: CheckContext,
  text: string,
): Promise<CheckedRuleText> => {
  const problems = await findProblems(context, text);
  return problems.length > 0 ? { problems } : readRuleText(text);
};
