import { z } from 'zod';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

export interface AuditEntry {
  /** The actor: a role with its key's name, or `system`. */
  readonly actor: string;
  /** A noun and a verb: `decision.recorded`, `record.read`. */
  readonly action: string;
  /** The id of the object; never a card number or personal data. */
  readonly object: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export const insertAudit = async (db: Queryable, entry: AuditEntry): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-audit',
      text: 'insert into audit (at, actor, action, object, details) values ($1, $2, $3, $4, $5)',
      values: [entry.at, entry.actor, entry.action, entry.object, toJson(entry.details ?? {})],
    }),
  );
};

/** As `insertAudit`, for many entries in the given order. */
export const insertAudits = async (
  db: Queryable,
  entries: readonly AuditEntry[],
): Promise<void> => {
  if (entries.length === 0) return;
  await reached(
    db.query({
      name: 'insert-audits',
      text: `insert into audit (at, actor, action, object, details)
        select at, actor, action, object, details from unnest($1::timestamptz[], $2::text[],
          $3::text[], $4::text[], $5::jsonb[])
          with ordinality as g(at, actor, action, object, details, place) order by place`,
      values: [
        entries.map(({ at }) => at),
        entries.map(({ actor }) => actor),
        entries.map(({ action }) => action),
        entries.map(({ object }) => object),
        entries.map(({ details }) => toJson(details ?? {})),
      ],
    }),
  );
};

const AuditRow = z.object({
  at: z.date(),
  actor: z.string(),
  action: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditRow = z.output<typeof AuditRow>;

/** The audit entries of one object, oldest first. */
export const listAudit = async (db: Queryable, object: string): Promise<AuditRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-audit',
      text: 'select at, actor, action, details from audit where object = $1 order by id limit 500',
      values: [object],
    }),
  );
  return parseRows(AuditRow, rows);
};
