import { z } from 'zod';
import { ImportMapping } from '../contracts/v1/import-mapping.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const HeadRow = z.object({ mapping: ImportMapping.nullable() });

/** What the lines of an import are read by. */
export const findImportHead = async (
  db: Queryable,
  importId: string,
): Promise<z.output<typeof HeadRow> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-import-head',
      text: 'select mapping from imports where import_id = $1',
      values: [importId],
    }),
  );
  return parseRow(HeadRow, rows);
};

const OpenRow = z.object({ state: z.enum(['open', 'done']), counts_from: z.date() });

/**
 * Locks an import against its end until the commit. Returns, by the database's clock, from when on
 * live orders may count what is stored now: `afterMs` from now.
 */
export const lockImport = async (
  db: Queryable,
  importId: string,
  afterMs: number,
): Promise<z.output<typeof OpenRow> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-import',
      text: `select state,
          (clock_timestamp() + $2 * interval '1 millisecond')::timestamptz(3) as counts_from
        from imports where import_id = $1 for share`,
      values: [importId, afterMs],
    }),
  );
  return parseRow(OpenRow, rows);
};

/** Whether the database's clock shows an earlier instant. */
export const isBefore = async (db: Queryable, instant: Date): Promise<boolean> => {
  const { rows } = await reached(
    db.query({
      name: 'is-before',
      text: 'select clock_timestamp() < $1::timestamptz as is_before',
      values: [instant],
    }),
  );
  return parseRow(z.object({ is_before: z.boolean() }), rows)?.is_before ?? false;
};

const PartRow = z.object({
  part: z.number(),
  content_hash: z.instanceof(Buffer),
  lines: z.number(),
  stored: z.number(),
  repeated: z.number(),
  refused: z.number(),
  labels: z.number(),
});
export type PartRow = z.output<typeof PartRow>;

/** Claims the number of a part until the commit; false when it is stored. */
export const claimPart = async (
  db: Queryable,
  key: {
    readonly importId: string;
    readonly part: number;
    readonly contentHash: Buffer;
    readonly countsFrom: Date;
  },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'claim-import-part',
      text: `insert into import_parts (import_id, part, content_hash, lines, stored, repeated,
          refused, labels, reasons, counts_from)
        values ($1, $2, $3, 0, 0, 0, 0, 0, '{}', $4) on conflict do nothing`,
      values: [key.importId, key.part, key.contentHash, key.countsFrom],
    }),
  );
  return rowCount === 1;
};

export const findPart = async (
  db: Queryable,
  importId: string,
  part: number,
): Promise<PartRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-import-part',
      text: `select part, content_hash, lines, stored, repeated, refused, labels
        from import_parts where import_id = $1 and part = $2`,
      values: [importId, part],
    }),
  );
  return parseRow(PartRow, rows);
};

/** The numbers of the parts that are stored. */
export const listPartNumbers = async (db: Queryable, importId: string): Promise<Set<number>> => {
  const { rows } = await reached(
    db.query({
      name: 'list-import-parts',
      text: 'select part from import_parts where import_id = $1',
      values: [importId],
    }),
  );
  return new Set(parseRows(z.object({ part: z.number() }), rows).map(({ part }) => part));
};

/** A line that was refused: each of its faults is a row. */
export interface RefusedLine {
  readonly line: number;
  readonly place: number;
  readonly error: string;
  readonly message: string;
}

/** What became of a part's lines. */
export interface PartCounts {
  readonly lines: number;
  readonly stored: number;
  readonly repeated: number;
  readonly refused: number;
  readonly labels: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly firstAt: Date | null;
  readonly lastAt: Date | null;
}

/** Stores the counts of a claimed part, with its first refusals. */
export const savePartCounts = async (
  db: Queryable,
  importId: string,
  part: number,
  { counts, refusals }: { counts: PartCounts; refusals: readonly RefusedLine[] },
): Promise<void> => {
  await reached(
    db.query({
      name: 'save-import-part',
      text: `with refusals as (
          insert into import_refusals (import_id, line, place, error, message)
          select $1, * from unnest($11::integer[], $12::integer[], $13::text[], $14::text[])
          on conflict do nothing
        )
        update import_parts set lines = $3, stored = $4, repeated = $5, refused = $6, labels = $7,
          reasons = $8, first_at = $9, last_at = $10
        where import_id = $1 and part = $2`,
      values: [
        importId,
        part,
        counts.lines,
        counts.stored,
        counts.repeated,
        counts.refused,
        counts.labels,
        toJson(counts.reasons),
        counts.firstAt,
        counts.lastAt,
        refusals.map(({ line }) => line),
        refusals.map(({ place }) => place),
        refusals.map(({ error }) => error),
        refusals.map(({ message }) => message),
      ],
    }),
  );
};

const RefusalRow = z.object({
  line: z.number(),
  place: z.number(),
  error: z.string(),
  message: z.string(),
});

/** The listed refusals of an import after a place, in the order of lines. */
export const listRefusalRows = async (
  db: Queryable,
  importId: string,
  after: Pick<RefusedLine, 'line' | 'place'> | undefined,
  limit: number,
): Promise<RefusedLine[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-import-refusals',
      text: `select line, place, error, message from import_refusals
        where import_id = $1 and (line, place) > ($2, $3) order by line, place limit $4`,
      values: [importId, after?.line ?? 0, after?.place ?? 0, limit],
    }),
  );
  return parseRows(RefusalRow, rows);
};
