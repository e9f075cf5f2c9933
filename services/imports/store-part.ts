import type { ImportPart } from '../../contracts/v1/imports.js';
import {
  claimPart,
  findImportHead,
  findPart,
  isBefore,
  lockImport,
  type PartCounts,
  type PartRow,
  savePartCounts,
} from '../../db/import-parts.js';
import { insertImported, listContents } from '../../db/insert-imported.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import type { Context } from '../context.js';
import { storeLabels } from './labels.js';
import { ContentKeyMissing } from '../transactions/receive.js';
import {
  type GivenLine,
  mapperOf,
  type Prepared,
  type PreparedLine,
  prepareLines,
} from './prepare.js';
import { reportRefused, type WrongLine } from './refused-lines.js';

/**
 * How long after the beginning of a part's database transaction live orders count what it stores.
 * The transaction has committed by then, or is given up: so each order counts a part either in all
 * of its reads or in none.
 */
const countsAfterMs = 5000;

/** A part took longer to store than live orders wait for it. */
class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

/** A slow part gets four times as long; the last try is longer than any statement may take. */
const triesMax = 4;

export interface PartToStore {
  readonly importId: string;
  readonly part: number;
  readonly lines: readonly GivenLine[];
}

export type StoredPart =
  | { readonly kind: 'stored' | 'repeated'; readonly part: ImportPart }
  | { readonly kind: 'unknown' | 'finished' | 'conflict' };

/** The context of storing parts. `afterMs` is only for tests: see `countsAfterMs`. */
export type ImportContext<Db extends Queryable = Pool> = Context<
  'vault' | 'tokeniser' | 'settings' | 'actor' | 'now',
  Db
> & { readonly afterMs?: number };

const shown = (row: PartRow): ImportPart => {
  const { part, lines, stored, repeated, refused, labels } = row;
  return { part, lines, stored, repeated, refused, labels };
};

/** The first line of each order, and the later ones of the same part. */
const firstOfEach = (orders: readonly PreparedLine[]) => {
  const firsts = new Map<string, PreparedLine>();
  const others: PreparedLine[] = [];
  for (const one of orders) {
    if (firsts.has(one.order.transactionId)) others.push(one);
    else firsts.set(one.order.transactionId, one);
  }
  return { firsts, others };
};

const conflict = {
  error: 'transaction_conflict',
  message: '$ differs from the order that is stored under these ids',
} as const;

/** Tells repeats from conflicts among lines whose order was there before. */
const compare = async (
  db: Queryable,
  known: readonly PreparedLine[],
): Promise<{ readonly repeated: number; readonly wrong: readonly WrongLine[] }> => {
  if (known.length === 0) return { repeated: 0, wrong: [] };
  const stored = await listContents(
    db,
    known.map(({ order }) => order.transactionId),
  );
  const others = known.filter(({ past, order }) => {
    const content = stored.get(order.transactionId);
    const expected = content && past.received.contentHash(content.content_key_id);
    return content === undefined || expected?.equals(content.content_hash) !== true;
  });
  const wrong = others.map(({ line }) => ({ line, faults: [conflict] }));
  return { repeated: known.length - wrong.length, wrong };
};

const boundsOf = (orders: readonly PreparedLine[]): Pick<PartCounts, 'firstAt' | 'lastAt'> => {
  const times = orders.map(({ order }) => order.receivedAt.getTime());
  if (times.length === 0) return { firstAt: null, lastAt: null };
  return { firstAt: new Date(Math.min(...times)), lastAt: new Date(Math.max(...times)) };
};

/** Stores the orders of a claimed part with their labels, and what became of its lines. */
const storeLines = async (
  context: ImportContext<Queryable>,
  prepared: Prepared,
  { importId, part }: PartToStore,
  countsFrom: Date,
): Promise<ImportPart> => {
  const { db } = context;
  const { firsts, others } = firstOfEach(prepared.orders);
  const orders = [...firsts.values()].map(({ order }) => order);
  const by = { importId, countsFrom };
  const ids = orders.length === 0 ? new Set() : await insertImported(db, orders, by);
  const isNew = ({ order }: PreparedLine): boolean => ids.has(order.transactionId);
  const fresh = [...firsts.values()].filter(isNew);
  const known = [...firsts.values()].filter((one) => !isNew(one));
  const compared = await compare(db, [...known, ...others]);
  const wrong = [...prepared.wrong, ...compared.wrong];
  const labels = await storeLabels(
    context,
    fresh.map(({ past }) => past),
  );
  const counts = {
    ...{ lines: prepared.lines, stored: fresh.length, repeated: compared.repeated },
    ...{ refused: wrong.length, labels },
  };
  const { reasons, listed } = reportRefused(wrong);
  const saved = { ...counts, reasons, ...boundsOf(fresh) };
  await savePartCounts(db, importId, part, { counts: saved, refusals: listed });
  return { part, ...counts };
};

const storedBefore = async (
  db: Queryable,
  { importId, part }: PartToStore,
  contentHash: Buffer,
): Promise<StoredPart> => {
  const row = await findPart(db, importId, part);
  if (row === undefined) throw new Error('a stored part of an import was not found');
  const isSame = row.content_hash.equals(contentHash);
  return isSame ? { kind: 'repeated', part: shown(row) } : { kind: 'conflict' };
};

/** One try, in one database transaction. Throws `TooSlow`. */
const tryToStore = (
  context: ImportContext,
  given: PartToStore,
  { contentHash, prepared, afterMs }: { contentHash: Buffer; prepared: Prepared; afterMs: number },
): Promise<StoredPart> =>
  inTransaction(context.db, async (db) => {
    const { importId, part } = given;
    const own = await lockImport(db, importId, afterMs);
    if (own === undefined) return { kind: 'unknown' };
    const countsFrom = own.counts_from;
    if (own.state === 'done') return { kind: 'finished' };
    if (!(await claimPart(db, { importId, part, contentHash, countsFrom }))) {
      return storedBefore(db, given, contentHash);
    }
    const stored = await storeLines({ ...context, db }, prepared, given, countsFrom);
    if (!(await isBefore(db, countsFrom))) throw new TooSlow('storing a part took too long');
    return { kind: 'stored', part: stored };
  });

/**
 * Stores a part of an import: its orders, what became of them, and the counts, in one database
 * transaction. The same part again changes nothing. Throws `ContentKeyMissing`.
 */
export const storePart = async (
  context: ImportContext,
  given: PartToStore,
): Promise<StoredPart> => {
  const { db, tokeniser, afterMs = countsAfterMs } = context;
  const contentHash = tokeniser.contentHash(tokeniser.currentKeyId, JSON.stringify(given.lines));
  if (contentHash === undefined) throw new ContentKeyMissing('the writing key is missing');
  const own = await findImportHead(db, given.importId);
  if (own === undefined) return { kind: 'unknown' };
  const known = await findPart(db, given.importId, given.part);
  if (known !== undefined) return storedBefore(db, given, contentHash);
  const prepared = await prepareLines(context, given.lines, mapperOf(own.mapping));
  for (let attempt = 0; ; attempt += 1) {
    try {
      const tried = { contentHash, prepared, afterMs: afterMs * 4 ** attempt };
      return await tryToStore(context, given, tried);
    } catch (error) {
      if (!(error instanceof TooSlow) || attempt + 1 === triesMax) throw error;
    }
  }
};
