import { z } from 'zod';
import { ImportMapping } from '../contracts/v1/import-mapping.js';
import { importFormats } from '../contracts/v1/imports.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const Whole = z.string().transform(Number);

const ImportRow = z.object({
  import_id: z.string(),
  state: z.enum(['open', 'done']),
  format: z.enum(importFormats),
  mapping: ImportMapping.nullable(),
  note: z.string(),
  author: z.string(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
  parts: Whole,
  lines: Whole,
  stored: Whole,
  repeated: Whole,
  refused: Whole,
  labels: Whole,
  first_at: z.date().nullable(),
  last_at: z.date().nullable(),
  counts_from: z.date().nullable(),
  reasons: z.record(z.string(), z.number()),
});
export type ImportRow = z.output<typeof ImportRow>;

const selectImports = `select i.import_id, i.state, i.format, i.mapping, i.note, i.author,
    i.created_at, i.finished_at, p.*, r.reasons
  from imports i cross join lateral (
    select count(*) as parts, coalesce(sum(lines), 0) as lines, coalesce(sum(stored), 0) as stored,
      coalesce(sum(repeated), 0) as repeated, coalesce(sum(refused), 0) as refused,
      coalesce(sum(labels), 0) as labels, min(first_at) as first_at, max(last_at) as last_at,
      max(counts_from) filter (where stored > 0) as counts_from
    from import_parts where import_id = i.import_id
  ) p cross join lateral (
    select coalesce(jsonb_object_agg(reason, found), '{}') as reasons from (
      select one.key as reason, sum(one.value::integer) as found
      from import_parts cross join jsonb_each_text(reasons) as one
      where import_id = i.import_id group by one.key
    ) by_reason
  ) r`;

export interface NewImportRow {
  readonly importId: string;
  readonly format: (typeof importFormats)[number];
  readonly mapping: ImportMapping | null;
  readonly note: string;
  readonly fingerprint: string | null;
  readonly author: string;
  readonly createdAt: Date;
}

/** Stores an open import; false when there is one with its fingerprint. */
export const insertImport = async (db: Queryable, row: NewImportRow): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'insert-import',
      text: `insert into imports (import_id, state, format, mapping, note, fingerprint, author,
          created_at)
        values ($1, 'open', $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      values: [
        row.importId,
        row.format,
        row.mapping === null ? null : toJson(row.mapping),
        row.note,
        row.fingerprint,
        row.author,
        row.createdAt,
      ],
    }),
  );
  return rowCount === 1;
};

/** An import with the sums of its parts. */
export const findImport = async (
  db: Queryable,
  importId: string,
): Promise<ImportRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-import',
      text: `${selectImports} where i.import_id = $1`,
      values: [importId],
    }),
  );
  return parseRow(ImportRow, rows);
};

/** The id of the import of a file. */
export const findFingerprint = async (
  db: Queryable,
  fingerprint: string,
): Promise<string | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-import-fingerprint',
      text: 'select import_id from imports where fingerprint = $1',
      values: [fingerprint],
    }),
  );
  return parseRow(z.object({ import_id: z.string() }), rows)?.import_id;
};

/** A position in the list of imports. */
export interface ImportPlace {
  readonly createdAt: Date;
  readonly importId: string;
}

/** Imports, latest first. */
export const listImportRows = async (
  db: Queryable,
  after: ImportPlace | undefined,
  limit: number,
): Promise<ImportRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-imports',
      text: `${selectImports}
        where $1::timestamptz is null or (i.created_at, i.import_id) < ($1, $2::uuid)
        order by i.created_at desc, i.import_id desc limit $3`,
      values: [after?.createdAt ?? null, after?.importId ?? null, limit],
    }),
  );
  return parseRows(ImportRow, rows);
};

/** Ends an open import; false when it has ended. */
export const endImport = async (db: Queryable, importId: string, at: Date): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'end-import',
      text: `update imports set state = 'done', finished_at = $2
        where import_id = $1 and state = 'open'`,
      values: [importId, at],
    }),
  );
  return rowCount === 1;
};
