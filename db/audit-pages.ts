import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

export interface AuditFilter {
  readonly object?: string | undefined;
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

/** The position of an entry. */
export interface AuditPlace {
  readonly at: Date;
  readonly id: string;
}

const Row = z.object({
  id: z.string(),
  at: z.date(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  details: z.record(z.string(), z.unknown()),
  is_wanted: z.boolean(),
  number: z.string().transform(Number),
});
export type AuditPageRow = Omit<z.output<typeof Row>, 'is_wanted' | 'number'>;

export interface AuditScan {
  readonly rows: readonly AuditPageRow[];
  /** The position to continue after; undefined when there is nothing more. */
  readonly next: AuditPlace | undefined;
}

/**
 * The most entries that one query scans. The trail grows for ever, and an index on actor or action
 * would cost every order.
 */
const passedMax = 5000;

/** Entries, latest first: at most `limit`, from at most 5,000 scanned ones. */
export const scanAudit = async (
  db: Queryable,
  filter: AuditFilter,
  { after, limit }: { readonly after: AuditPlace | undefined; readonly limit: number },
): Promise<AuditScan> => {
  const values: unknown[] = [filter.action ?? null, filter.actor ?? null];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const { object, from, to } = filter;
  const conditions = [
    ...(object === undefined ? [] : [`object = ${place(object)}`]),
    ...(from === undefined ? [] : [`at >= ${place(from)}`]),
    ...(to === undefined ? [] : [`at < ${place(to)}`]),
    ...(after === undefined ? [] : [`(at, id) < (${place(after.at)}, ${place(after.id)}::bigint)`]),
  ];
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const isFiltered = filter.action !== undefined || filter.actor !== undefined;
  const passed = isFiltered ? passedMax : limit + 1;
  const text = `with passed as (
      select id, at, actor, action, object, details,
        ($1::text is null or action = $1) and ($2::text is null or actor = $2) as is_wanted,
        row_number() over (order by at desc, id desc) as number
      from (select * from audit ${where} order by at desc, id desc limit ${passed}) latest
    )
    (select * from passed where is_wanted order by number limit ${limit + 1})
    union (select * from passed where number = ${passed})
    order by number`;
  const { rows } = await reached(db.query({ text, values }));
  const found = parseRows(Row, rows);
  const wanted = found.filter((row) => row.is_wanted);
  const page = wanted.slice(0, limit);
  // With fewer matches, the last scanned entry shows whether there may be more.
  const stoppedAt = found.at(-1)?.number === passed ? found.at(-1) : undefined;
  const end = wanted.length > limit ? page.at(-1) : stoppedAt;
  return { rows: page, next: end && { at: end.at, id: end.id } };
};
