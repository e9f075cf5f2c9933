import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { isVersionText } from '../../db/rule-sets.js';
import type { RuleGuard } from '../rules/validate-guarded.js';
import { checkLists } from './check-lists.js';
import { inOrder } from './read-text.js';
import { findCardNumbers } from './find-card-numbers.js';

export interface CheckDeps {
  readonly db: Queryable;
  /** Reads texts that nobody has checked, where they can do no harm. */
  readonly guard: Pick<RuleGuard, 'check'>;
}

/**
 * Everything that is wrong with a text that somebody wrote: by itself, and against the lists that
 * there are. A text that is a version already is not held to what only looks like a mistake: one
 * can always go back to it. Throws `TemporarilyUnavailable`, also while too many texts wait to be
 * read.
 */
export const findProblems = async (
  { db, guard }: CheckDeps,
  text: string,
): Promise<readonly RuleTextProblem[]> => {
  const answer = await guard.check(text);
  if (answer.kind === 'overloaded') throw new TemporarilyUnavailable('rule reader');
  const told = answer.kind === 'refused' ? answer.problems : [];
  const lists = await checkLists(db, answer.listReads ?? []);
  const sure = [...told, ...findCardNumbers(text), ...lists];
  const doubts = answer.doubts ?? [];
  const isHeldTo = doubts.length > 0 && !(await isVersionText(db, text));
  return inOrder(isHeldTo ? [...sure, ...doubts] : sure);
};
