import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const VersionRow = z.object({
  version: z.number(),
  hash: z.string(),
  note: z.string(),
  author: z.string(),
  draft_id: z.string().nullable(),
  created_at: z.date(),
});
export type VersionRow = z.output<typeof VersionRow>;

const VersionTextRow = VersionRow.extend({
  text: z.string(),
  /** The base of its draft; null for versions of earlier releases. */
  base_version: z.number().nullable(),
});
export type VersionTextRow = z.output<typeof VersionTextRow>;

const PublicationRow = z.object({
  publication: z.number(),
  version: z.number(),
  note: z.string(),
  author: z.string(),
  published_at: z.date(),
});
export type PublicationRow = z.output<typeof PublicationRow>;

const versionColumns = 'version, hash, note, author, draft_id, created_at';
/** The text with the present names of facts: a version never changes, and keeps its meaning. */
const textOfToday = String.raw`case fact_names when 1 then regexp_replace(text,
  '(evidence\s*\.\s*)disputes180d\y', '\1frauds180d', 'g') else text end`;

const publicationColumns = 'publication, version, note, author, published_at';

/** An upper bound of one answer: more than analysts write in years. */
const rowsMax = 1000;

/** Locks numbering and publication of rule sets until the commit. */
export const lockRuleSets = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'lock-rule-sets',
      text: `select pg_advisory_xact_lock(hashtextextended('rule-sets', 0))`,
    }),
  );
};

/** The newest thousand versions, newest first, without their texts. */
export const listRuleSetVersions = async (db: Queryable): Promise<VersionRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-rule-set-versions',
      text: `select ${versionColumns} from rule_set_versions order by version desc limit $1`,
      values: [rowsMax],
    }),
  );
  return parseRows(VersionRow, rows);
};

/** Some versions with their texts; missing ones are left out. */
export const findRuleSetVersions = async (
  db: Queryable,
  versions: readonly number[],
): Promise<VersionTextRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-rule-set-versions',
      text: `select ${versionColumns}, ${textOfToday} as text, base_version
        from rule_set_versions where version = any($1::integer[])`,
      values: [versions],
    }),
  );
  return parseRows(VersionTextRow, rows);
};

/** The newest version of this draft, if any. */
export const findVersionOfDraft = async (
  db: Queryable,
  draftId: string,
): Promise<VersionTextRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-version-of-draft',
      text: `select ${versionColumns}, ${textOfToday} as text, base_version
        from rule_set_versions where draft_id = $1 order by version desc limit 1`,
      values: [draftId],
    }),
  );
  return parseRow(VersionTextRow, rows);
};

/** Whether a version has exactly this text. */
export const isVersionText = async (db: Queryable, text: string): Promise<boolean> => {
  const { rows } = await reached(
    db.query({
      name: 'is-version-text',
      text: `select 1 from rule_set_versions where ${textOfToday} = $1 limit 1`,
      values: [text],
    }),
  );
  return rows.length > 0;
};

/** Stores a text under the next number and returns that. Call it under `lockRuleSets`. */
export const insertRuleSetVersion = async (
  db: Queryable,
  row: Omit<VersionTextRow, 'version'>,
): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-rule-set-version',
      text: `insert into rule_set_versions (${versionColumns}, text, base_version)
        select coalesce(max(version), 0) + 1, $1, $2, $3, $4::uuid,
          greatest($5::timestamptz, max(created_at) + interval '1 millisecond'), $6,
          $7::integer
        from rule_set_versions returning version`,
      values: [
        row.hash,
        row.note,
        row.author,
        row.draft_id,
        row.created_at,
        row.text,
        row.base_version,
      ],
    }),
  );
  return z.object({ version: z.number() }).parse(rows[0]).version;
};

/** The newest thousand publications, newest first. */
export const listRuleSetPublications = async (db: Queryable): Promise<PublicationRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-rule-set-publications',
      text: `select ${publicationColumns} from rule_set_publications
        order by publication desc limit $1`,
      values: [rowsMax],
    }),
  );
  return parseRows(PublicationRow, rows);
};

/** The publication in force; undefined before the first one. */
export const findLatestPublication = async (db: Queryable): Promise<PublicationRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-latest-rule-set-publication',
      text: `select ${publicationColumns} from rule_set_publications
        order by publication desc limit 1`,
    }),
  );
  return parseRow(PublicationRow, rows);
};

/**
 * The version in force before the latest publication; 0 before the first one. Undefined when
 * nothing has been published.
 */
export const findPublicationBefore = async (db: Queryable): Promise<number | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-rule-set-publication-before',
      text: `select version from rule_set_publications order by publication desc limit 2`,
    }),
  );
  const found = parseRows(z.object({ version: z.number() }), rows);
  return found.length === 0 ? undefined : (found[1]?.version ?? 0);
};

/** Whether a version has ever been in force. */
export const wasPublished = async (db: Queryable, version: number): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'was-rule-set-published',
      text: 'select from rule_set_publications where version = $1 limit 1',
      values: [version],
    }),
  );
  return rowCount === 1;
};

/**
 * Puts a version in force, dated after every earlier publication, since the caller may have taken
 * `published_at` before it waited for the lock. Call it under `lockRuleSets`.
 */
export const insertPublication = async (
  db: Queryable,
  row: Omit<PublicationRow, 'publication'>,
): Promise<PublicationRow> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-rule-set-publication',
      text: `insert into rule_set_publications (${publicationColumns})
        select coalesce(max(publication), 0) + 1, $1, $2, $3,
          greatest($4::timestamptz, max(published_at) + interval '1 millisecond')
        from rule_set_publications returning ${publicationColumns}`,
      values: [row.version, row.note, row.author, row.published_at],
    }),
  );
  return PublicationRow.parse(rows[0]);
};
