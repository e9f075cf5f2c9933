import { z } from 'zod';
import { parseWire } from '../faults.js';
import { outcomes } from '../hbc/decision.js';
import { choice, currency, date, filledText, flag, money } from '../hbc/primitives.js';
import { primitive } from '../faults.js';
import { refuse } from '../refusal.js';
import { numberInQuery } from '../query-number.js';
import { freeText } from './free-text.js';
import { ImportMapping } from './import-mapping.js';
import { labelKinds, labelReason, labelSourceId } from './labels.js';
import { pageCursor, pageLimit } from './queries.js';

/** What the lines of an import are: orders, or rows that a mapping makes orders of. */
export const importFormats = ['orders', 'rows'] as const;

/** Lines in one part. A body of 1 MB holds some seven hundred orders of a usual size. */
export const partLinesMax = 1000;
/** Parts of one import. */
const partsMax = 1_000_000;

/** Orders before this belong to no shop that still runs. */
const firstYear = 2000;

const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A moment of the past, with its zone; the parsed value is in UTC, to the millisecond. */
const moment = primitive({ type: 'string', format: 'date-time' }, (value) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  const at = zoned.test(value) ? new Date(value) : undefined;
  if (at === undefined || Number.isNaN(at.getTime())) {
    return refuse('invalid_date', 'must be a time with its zone, such as 2026-03-01T09:30:00Z');
  }
  return at.getUTCFullYear() >= firstYear
    ? at.toISOString()
    : refuse('invalid_date', `must be of the year ${firstYear} or later`);
});

const digits = (length: number) =>
  primitive({ type: 'string', pattern: String.raw`^\d{${length}}$` }, (value) =>
    typeof value === 'string' && new RegExp(String.raw`^\d{${length}}$`).test(value.trim())
      ? value.trim()
      : refuse('invalid_value', `must have ${length} digits`),
  );

/** A card whose number the caller no longer has. */
const KnownCard = z.strictObject({
  first6: digits(6),
  last4: digits(4),
  /** The caller's own token of the number; it never equals a token of a number. */
  token: filledText('id'),
});
export type KnownCard = z.output<typeof KnownCard>;

const PastLabel = z.strictObject({
  kind: choice(labelKinds),
  /** When it became known: earlier orders do not count it. */
  at: moment,
  amount: money.optional(),
  currency: currency.optional(),
  date: date.optional(),
  reason: labelReason.optional(),
  fraud: flag.optional(),
  sourceId: labelSourceId.optional(),
});
export type PastLabel = z.output<typeof PastLabel>;

const PastVerdict = z.strictObject({
  outcome: choice(['accept', 'reject']),
  at: moment.optional(),
});

/** Labels of one order: more than anybody states. */
const labelsMax = 20;

const pastFields = {
  receivedAt: moment,
  outcome: choice(outcomes).optional(),
  verdict: PastVerdict.optional(),
  settled: choice(['process', 'cancel']).optional(),
  labels: z.array(PastLabel).max(labelsMax).optional(),
  card: KnownCard.optional(),
};

/** What a line says of an order besides the order itself. */
const Past = z.object(pastFields);
export type Past = z.output<typeof Past>;

/** The names of these fields: a line may hold them beside those of its transaction. */
export const pastNames = Object.keys(pastFields);

/** Parses what a line says of its order. */
export const parsePast = (raw: unknown) => parseWire(Past, raw);

/** Body of `POST /v1/imports`. */
export const NewImport = z
  .strictObject({
    format: z.enum(importFormats),
    /** Required for `rows`. */
    mapping: ImportMapping.optional(),
    note: freeText,
  })
  .check(
    z.check((payload) => {
      const { format, mapping } = payload.value;
      if ((format === 'rows') === (mapping !== undefined)) return;
      payload.issues.push({
        code: 'custom',
        input: payload.value,
        path: ['mapping'],
        message: format === 'rows' ? 'is required for rows' : 'is only for rows',
        params: { code: format === 'rows' ? 'missing_field' : 'invalid_value' },
      });
    }),
  )
  .meta({ id: 'NewImport' });
export type NewImport = z.output<typeof NewImport>;

/** Body of `PUT /v1/imports/{importId}/parts/{part}`. */
export const ImportPartBody = z
  .strictObject({
    /** The number of the first line, for the report. */
    firstLine: z.int().min(1).max(2_000_000_000),
    lines: z.array(z.record(z.string(), z.unknown())).min(1).max(partLinesMax),
  })
  .meta({ id: 'ImportPartBody' });
export type ImportPartBody = z.output<typeof ImportPartBody>;

/** The number of a part, in a path. */
export const partNumber = numberInQuery(1, partsMax);

const count = z.int().min(0);
const instant = z.iso.datetime();

const counts = {
  /** Lines in all. */
  lines: count,
  /** Orders stored by it. */
  stored: count,
  /** Lines whose order is there already, with the same content. */
  repeated: count,
  /** Lines that were refused. */
  refused: count,
  /** Labels stored with the orders. */
  labels: count,
};

/** A part as it was stored. */
export const ImportPart = z.object({ part: z.int().min(1), ...counts }).meta({ id: 'ImportPart' });
export type ImportPart = z.output<typeof ImportPart>;

const Reason = z.object({ error: z.string(), message: z.string(), lines: count });

/** An import, with its counts so far. */
export const Import = z
  .object({
    importId: z.uuid(),
    state: z.enum(['open', 'done']),
    format: z.enum(importFormats),
    note: z.string(),
    author: z.string(),
    createdAt: instant,
    finishedAt: instant.nullable(),
    parts: count,
    ...counts,
    /** When the first and the last of its orders were received. */
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    /** From then on, orders that come in count those of this import. */
    countsFrom: instant.nullable(),
    /** Days of which the usual totals of a banner are not computed yet; 0 when it is done. */
    daysLeft: count,
    /** Why lines were refused, the most frequent reason first. */
    reasons: z.array(Reason),
  })
  .meta({ id: 'Import' });
export type Import = z.output<typeof Import>;

/** Query of `GET /v1/imports`. */
export const ImportQuery = z.object({ limit: pageLimit, cursor: pageCursor });

/** Answer of `GET /v1/imports`, latest first. */
export const ImportPage = z
  .object({ imports: z.array(Import), nextCursor: z.string().nullable() })
  .meta({ id: 'ImportPage' });

/** A refused line. */
const ImportRefusal = z
  .object({ line: z.int().min(1), error: z.string(), message: z.string() })
  .meta({ id: 'ImportRefusal' });
export type ImportRefusal = z.output<typeof ImportRefusal>;

/** Answer of `GET /v1/imports/{importId}/refusals`, in the order of lines. */
export const ImportRefusalPage = z
  .object({ refusals: z.array(ImportRefusal), nextCursor: z.string().nullable() })
  .meta({ id: 'ImportRefusalPage' });
