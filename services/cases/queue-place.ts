import { z } from 'zod';
import type { CaseRow } from '../../db/cases.js';
import type { QueueSort } from '../../contracts/v1/queries.js';
import type { QueuePlace } from '../../db/case-queue.js';
import { printCursor, readCursor } from '../cursor.js';

const instant = z.iso.datetime();
const unknownFirst = z.number().nullable();

/** The values of a place, in the order of the list. An unknown figure is null. */
const keysOf = {
  priority: z.tuple([z.boolean(), unknownFirst, instant, z.uuid()]),
  due: z.tuple([instant, z.uuid()]),
  score: z.tuple([z.int(), z.uuid()]),
  amount: z.tuple([unknownFirst, z.uuid()]),
  age: z.tuple([instant, z.uuid()]),
} as const satisfies Readonly<Record<QueueSort, z.ZodType>>;

const cursorOf = (sort: QueueSort) =>
  z.object({
    sort: z.literal(sort),
    /** The instant of the first page, at which all pages judge what is overdue or held. */
    asOf: instant,
    segment: z.int().min(0).max(2),
    keys: keysOf[sort],
  });

/** Where a page ended, and the instant of the first page. */
export interface Continuation {
  readonly asOf: Date;
  readonly place: QueuePlace;
}

const infinite = (key: unknown): unknown => (key === null ? '-Infinity' : key);

/** Decodes a cursor of an earlier page in this order; undefined when it is invalid. */
export const readQueueCursor =
  (sort: QueueSort) =>
  (cursor: string): Continuation | undefined => {
    const read = readCursor(cursorOf(sort), cursor);
    if (read === undefined) return undefined;
    const keys = (read.keys as readonly unknown[]).map(infinite);
    return { asOf: new Date(read.asOf), place: { segment: read.segment, keys } };
  };

const negative = (figure: number | null): number | null => (figure === null ? null : -figure);

const placeKeys: Readonly<Record<QueueSort, (row: CaseRow) => readonly unknown[]>> = {
  priority: (row) => [row.escalated_at === null, negative(row.at_risk), row.due_at, row.case_id],
  due: (row) => [row.due_at, row.case_id],
  score: (row) => [-row.total_score, row.case_id],
  amount: (row) => [negative(row.amount), row.case_id],
  age: (row) => [row.opened_at, row.case_id],
};

/** Encodes the place after a case. */
export const printQueueCursor = (
  sort: QueueSort,
  { asOf, segment, last }: { asOf: Date; segment: number; last: CaseRow },
): string => printCursor({ sort, asOf: asOf.toISOString(), segment, keys: placeKeys[sort](last) });
