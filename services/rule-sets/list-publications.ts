import type { RuleSetPublication } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { listRuleSetPublications } from '../../db/rule-sets.js';

/** Which versions were in force from when on, newest first. Throws `TemporarilyUnavailable`. */
export const listPublications = async (db: Queryable): Promise<RuleSetPublication[]> =>
  (await listRuleSetPublications(db)).map((row) => ({
    publication: row.publication,
    version: row.version,
    note: row.note,
    author: row.author,
    publishedAt: row.published_at.toISOString(),
  }));
