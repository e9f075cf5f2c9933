import { type AlertFamily, listAlertRules } from '../../db/alert-rules.js';
import { type Listed, listPage } from './list-page.js';
import { openEmails } from './seal-emails.js';
import type { AlertDeps, StoredRule } from './stored-rule.js';

/** Where a page begins; see `listPage`. */
export interface ListQuery {
  readonly asOf: number | undefined;
  readonly limit: number;
  readonly offset: number;
}

/**
 * One page of a model's rules, newest first: those that were there at `asOf`, as they are now.
 * Undefined when `asOf` lies ahead. Throws `TemporarilyUnavailable`.
 */
export const listRules = async (
  { pool, vault }: AlertDeps,
  family: AlertFamily,
  query: ListQuery,
): Promise<Listed<StoredRule> | undefined> =>
  listPage(pool, query, async (page) => {
    const { rows, total } = await listAlertRules(pool, family, page);
    return { rows: rows.map((row) => ({ row, emails: openEmails(vault, row) })), total };
  });
