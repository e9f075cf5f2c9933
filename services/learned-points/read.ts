import { z } from 'zod';
import type { PointsFit, PointsFitSummary } from '../../contracts/v1/points-fits.js';
import {
  findFit,
  findFitTexts,
  type FitPlace,
  type FitRow,
  listFits as listRows,
} from '../../db/points-fits.js';
import type { Context } from '../context.js';
import { printCursor, readCursor } from '../cursor.js';

/** A fit as callers see it, without its result. */
export const summaryOf = ({ request, ...row }: FitRow): PointsFitSummary => ({
  fitId: row.fit_id,
  state: row.state,
  baseVersion: row.base_version,
  ruleSetHash: row.hash,
  ...request,
  from: request.from.toISOString(),
  cut: request.cut.toISOString(),
  author: row.author,
  progress: { done: row.parts_done, total: row.parts },
  draftId: row.draft_id,
  backtestId: row.backtest_id,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
});

const ListPlace = z.object({
  createdAt: z.iso.datetime().transform((text) => new Date(text)),
  fitId: z.uuid(),
});

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
export const readFitCursor = (cursor: string): FitPlace | undefined =>
  readCursor(ListPlace, cursor);

/** One page of fits, latest first. */
export const listPointsFits = async (
  { db }: Context,
  { after, limit }: { readonly after: FitPlace | undefined; readonly limit: number },
): Promise<{ fits: PointsFitSummary[]; nextCursor: string | null }> => {
  const rows = await listRows(db, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    fits: page.map(summaryOf),
    nextCursor: last ? printCursor({ createdAt: last.created_at, fitId: last.fit_id }) : null,
  };
};

/** A fit with its result; undefined when there is none. */
export const readPointsFit = async (
  { db }: Context,
  fitId: string,
): Promise<PointsFit | undefined> => {
  const row = await findFit(db, fitId);
  if (row === undefined) return undefined;
  const result = row.state === 'done' ? ((await findFitTexts(db, fitId))?.result ?? null) : null;
  return { ...summaryOf(row), result };
};
