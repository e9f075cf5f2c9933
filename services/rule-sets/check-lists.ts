import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { type ListRow, listLists } from '../../db/lists.js';
import type { Queryable } from '../../db/pool.js';
import { listableSubjects } from '../../domain/listing.js';
import { didYouMean, nearestName } from '../../domain/nearest-name.js';
import type { PlacedListRead } from './find-list-reads.js';

/** The kind of list entry that names a subject; a fact of the catalogue is a text. */
const kindAskedBy = (subject: string): string => {
  if (subject === 'emailDomain') return 'email_domain';
  return listableSubjects.some((known) => known === subject) ? subject : 'text';
};

const faultOf = (read: PlacedListRead, lists: ReadonlyMap<string, ListRow>): string | undefined => {
  const list = lists.get(read.list);
  if (list === undefined) {
    const hint = didYouMean(nearestName(read.list, [...lists.keys()]));
    return `there is no list '${read.list}'${hint}`;
  }
  const kind = kindAskedBy(read.subject);
  if (list.value_kind === null) {
    return kind === 'text' ? `the list '${list.name}' holds no texts` : undefined;
  }
  const held = `the list '${list.name}' holds entries of kind ${list.value_kind}`;
  return list.value_kind === kind ? undefined : `${held}; ${read.subject} needs ${kind}`;
};

/**
 * What is wrong with the questions of a rule set to lists: a list that is not there, or one of
 * another kind, would make a rule that silently never trips. Throws `TemporarilyUnavailable`.
 */
export const checkLists = async (
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
