import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Import, ImportRefusal, NewImport } from '../../contracts/v1/imports.js';
import { insertAudit } from '../../db/audit.js';
import { listMissingTotals, restateBannerTotal } from '../../db/banner-totals.js';
import { listRefusalRows, type RefusedLine } from '../../db/import-parts.js';
import {
  endImport,
  findFingerprint,
  findImport,
  type ImportPlace,
  type ImportRow,
  insertImport,
  listImportRows,
} from '../../db/imports.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { dayMs } from '../../domain/utc-day.js';
import type { Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';

/** The most days whose totals one call computes, and the time after which it begins no other. */
const totalsAtOnce = 100;
const totalsMs = 4000;

const reasonsOf = ({ reasons }: ImportRow): Import['reasons'] =>
  Object.entries(reasons)
    .toSorted(([, one], [, other]) => other - one)
    .map(([reason, lines]) => {
      const [error = '', ...words] = reason.split(' ');
      return { error, message: words.join(' '), lines };
    });

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The days whose totals the orders of an import change, before today; undefined without any. */
const daysOf = ({ import_id: importId, first_at: first, last_at: last }: ImportRow, now: Date) => {
  if (first === null || last === null) return undefined;
  const yesterday = new Date(now.getTime() - dayMs);
  return { importId, first: dayOf(first), last: dayOf(last < yesterday ? last : yesterday) };
};

const countDaysLeft = async (db: Queryable, row: ImportRow, now: Date): Promise<number> => {
  const days = row.state === 'done' ? undefined : daysOf(row, now);
  return days === undefined ? 0 : (await listMissingTotals(db, days, 1)).counted;
};

const show = async ({ db, now }: Context<'now'>, row: ImportRow): Promise<Import> => ({
  importId: row.import_id,
  state: row.state,
  format: row.format,
  note: row.note,
  author: row.author,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  ...{ parts: row.parts, lines: row.lines, stored: row.stored, repeated: row.repeated },
  ...{ refused: row.refused, labels: row.labels },
  firstAt: row.first_at?.toISOString() ?? null,
  lastAt: row.last_at?.toISOString() ?? null,
  countsFrom: row.counts_from?.toISOString() ?? null,
  daysLeft: await countDaysLeft(db, row, now),
  reasons: reasonsOf(row),
});

/** An import with its counts; undefined when there is none. */
export const readImport = async (
  context: Context<'now'>,
  importId: string,
): Promise<Import | undefined> => {
  const row = await findImport(context.db, importId);
  return row && show(context, row);
};

const known = async (context: Context<'now'>, importId: string): Promise<Import> => {
  const found = await readImport(context, importId);
  if (found === undefined) throw new Error('a stored import was not found');
  return found;
};

/** Creates an import, with an audit row; an existing one of the same `fingerprint` is returned. */
export const createImport = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  { format, mapping, note }: NewImport,
  fingerprint: string | null = null,
): Promise<Import> =>
  inTransaction(pool, async (db) => {
    const row = {
      ...{ importId: randomUUID(), format, mapping: mapping ?? null, note: maskReason(note) },
      ...{ fingerprint, author: actor.name, createdAt: now },
    };
    if (await insertImport(db, row)) {
      await insertAudit(db, {
        ...{ actor: actor.name, action: 'import.created', object: `import:${row.importId}` },
        ...{ details: { format, note: row.note }, at: now },
      });
      return known({ db, now }, row.importId);
    }
    const before = await findFingerprint(db, fingerprint ?? '');
    return known({ db, now }, before ?? '');
  });

/** Computes totals of days that an import changed, for some seconds. Returns how many are left. */
const computeTotals = async (
  { db, settings, now }: Context<'settings' | 'now', Pool>,
  row: ImportRow,
): Promise<number> => {
  const days = daysOf(row, now);
  if (days === undefined) return 0;
  const startedMs = performance.now();
  const { missing, counted } = await listMissingTotals(db, days, totalsAtOnce);
  let done = 0;
  for (const { banner, day } of missing) {
    if (performance.now() - startedMs > totalsMs) break;
    const { currency } = settings.banners[banner];
    await restateBannerTotal(db, { banner, currency, day }, row.import_id);
    done += 1;
  }
  return counted - done;
};

/**
 * Ends an import: computes the usual order totals of its days, and takes no parts after that. One
 * call works for some seconds; while `daysLeft` is not 0, the import is still open, and the caller
 * asks again. Undefined when there is none.
 */
export const finishImport = async (
  context: Context<'settings' | 'actor' | 'now', Pool>,
  importId: string,
): Promise<Import | undefined> => {
  const { db: pool, actor, now } = context;
  const row = await findImport(pool, importId);
  if (row === undefined) return undefined;
  if (row.state === 'done' || (await computeTotals(context, row)) > 0) return show(context, row);
  return inTransaction(pool, async (db) => {
    if (await endImport(db, importId, now)) {
      const { lines, stored, repeated, refused, labels } = row;
      await insertAudit(db, {
        ...{ actor: actor.name, action: 'import.finished', object: `import:${importId}` },
        ...{ details: { lines, stored, repeated, refused, labels }, at: now },
      });
    }
    return known({ db, now }, importId);
  });
};

const ListPlace = z.object({
  createdAt: z.iso.datetime().transform((text) => new Date(text)),
  importId: z.uuid(),
});

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readImportCursor = (cursor: string): ImportPlace | undefined =>
  readCursor(ListPlace, cursor);

/** One page of imports, latest first. */
export const listImports = async (
  context: Context<'now'>,
  { after, limit }: { readonly after: ImportPlace | undefined; readonly limit: number },
): Promise<{ imports: Import[]; nextCursor: string | null }> => {
  const rows = await listImportRows(context.db, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    imports: await Promise.all(page.map((row) => show(context, row))),
    nextCursor: last ? printCursor({ createdAt: last.created_at, importId: last.import_id }) : null,
  };
};

type RefusalPlace = Pick<RefusedLine, 'line' | 'place'>;

const RefusalCursor = z.object({ line: z.int().min(0), place: z.int().min(0).max(100) });

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readRefusalCursor = (cursor: string): RefusalPlace | undefined =>
  readCursor(RefusalCursor, cursor);

/** One page of an import's refused lines; undefined when there is no such import. */
export const listRefusals = async (
  { db }: Context,
  request: {
    readonly importId: string;
    readonly after: RefusalPlace | undefined;
    readonly limit: number;
  },
): Promise<{ refusals: ImportRefusal[]; nextCursor: string | null } | undefined> => {
  const { importId, after, limit } = request;
  if ((await findImport(db, importId)) === undefined) return undefined;
  const rows = await listRefusalRows(db, importId, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    refusals: page.map(({ line, error, message }) => ({ line, error, message })),
    nextCursor: last ? printCursor({ line: last.line, place: last.place }) : null,
  };
};
