import { z } from 'zod';
import { primitive } from '../faults.js';
import { refuse } from '../refusal.js';
import { refuseLonger, textLimits } from '../text-limits.js';
import { across } from '../cross-check.js';
import { choice, currency, date, filledText, flag, money } from '../hbc/primitives.js';
import { banners } from '../hbc/transaction.js';
import { isWholeCurrency } from '../currency.js';

/**
 * What an order turned out to be. A `dispute` is a chargeback without fraud: it says neither that
 * the order was good nor that it was fraud.
 */
export const labelKinds = ['fraud', 'chargeback', 'dispute', 'refunded_as_fraud', 'good'] as const;
export type LabelKind = (typeof labelKinds)[number];

/** Statements in one `POST /v1/labels`. */
export const statementsMax = 1000;
/** Lines of one imported file without its header; they fit in a body of 1 MB. */
export const importLinesMax = 10_000;

const lastFour = primitive({ type: 'string', pattern: '^\\d{4}$' }, (value) =>
  typeof value === 'string' && /^\d{4}$/.test(value.trim())
    ? value.trim()
    : refuse('invalid_value', 'must be four digits'),
);

/** Codes and short phrases of card networks; without `@` it cannot be an e-mail address. */
export const labelReason = primitive(
  { type: 'string', maxLength: textLimits.labelReason.max },
  (value) => {
    if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
    const longer = refuseLonger(value.trim(), 'labelReason');
    if (longer !== undefined) return longer;
    return /^[^@\p{Cc}]*$/u.test(value.trim())
      ? value.trim()
      : refuse('invalid_value', 'must have no @ and no control characters');
  },
);

/** The caller's own id of a statement. */
export const labelSourceId = primitive(
  { type: 'string', maxLength: textLimits.code.max },
  (value) => {
    if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
    const longer = refuseLonger(value.trim(), 'code');
    if (longer !== undefined) return longer;
    return /^[\w.:/-]+$/.test(value.trim())
      ? value.trim()
      : refuse('invalid_value', 'must have 1 to 64 letters, digits or . : / _ -');
  },
);

/** PostgreSQL has no year 0, and no order or chargeback is older than this. */
const firstYear = '1900';

const day = date.refine((text) => text >= firstYear, {
  error: `must be a day of ${firstYear} or later`,
  params: { code: 'invalid_date' },
});

const fieldsOfStatement = {
  kind: choice(labelKinds),
  transactionId: filledText('id').optional(),
  banner: choice(banners).optional(),
  orderId: filledText('orderKey').optional(),
  groupId: filledText('orderKey').optional(),
  last4: lastFour.optional(),
  /** The day of the order in UTC, for the search by `last4`; `date` by default. */
  orderDate: day.optional(),
  amount: money.optional(),
  currency: currency.optional(),
  /** The day of the event, for example of the chargeback. */
  date: day.optional(),
  /** A chargeback's reason starts with the network's code, which says whether it is fraud. */
  reason: labelReason.optional(),
  /**
   * Whether a chargeback is fraud. Used when its reason has no known code; absent means no fraud.
   */
  fraud: flag.optional(),
  /** The caller's own id of this statement. */
  sourceId: labelSourceId.optional(),
};

/** Fields that identify the order, with the fields that each one requires. */
const namedBy = [
  'kind',
  'transactionId',
  'banner',
  'orderId',
  'last4',
  'orderDate',
  'amount',
  'currency',
  'date',
  'fraud',
] as const;

type Naming = Pick<z.output<z.ZodObject<typeof fieldsOfStatement>>, (typeof namedBy)[number]>;

/** Missing required fields, with the reason. */
const missingIn = (given: Naming): [string, string][] => {
  const isChargeback = given.kind === 'chargeback' || given.kind === 'dispute';
  const isByCard =
    given.transactionId === undefined && given.orderId === undefined && given.last4 !== undefined;
  const isNamed = (given.transactionId ?? given.orderId ?? given.last4) !== undefined;
  const hasDay = (given.date ?? given.orderDate) !== undefined;
  const rules: [boolean, string, string][] = [
    [!isNamed, 'transactionId', 'is required, or banner and orderId, or last4'],
    [
      given.transactionId === undefined &&
        given.orderId !== undefined &&
        given.banner === undefined,
      'banner',
      'is required with orderId',
    ],
    [
      (isChargeback || isByCard) && given.amount === undefined,
      'amount',
      'is required for a chargeback and with last4',
    ],
    [
      (given.amount !== undefined || isChargeback) && given.currency === undefined,
      'currency',
      'is required with amount',
    ],
    [
      (isChargeback && given.date === undefined) || (isByCard && !hasDay),
      'date',
      'is required for a chargeback and with last4',
    ],
  ];
  return rules.flatMap(([isMissing, name, why]) => (isMissing ? [[name, why]] : []));
};

/** A chargeback may be either; for all other kinds the kind decides. */
const contradictsKind = ({ kind, fraud }: Naming): boolean =>
  fraud !== undefined &&
  kind !== 'chargeback' &&
  fraud !== (kind === 'fraud' || kind === 'refunded_as_fraud');

/**
 * One statement of what an order turned out to be. It identifies the order by `transactionId`, else
 * by `banner` and `orderId` (and `groupId`), else by `last4`, `amount` and the day of the order.
 */
export const LabelStatement = z
  .strictObject(fieldsOfStatement)
  .check(
    across(namedBy, (given, refuseAt) => {
      for (const [name, message] of missingIn(given)) refuseAt([name], message, 'missing_field');
      if (contradictsKind(given)) refuseAt(['fraud'], 'contradicts the kind', 'invalid_value');
    }),
    across(['amount', 'currency'], ({ amount = 0, currency: code }, refuseAt) => {
      if (code !== undefined && isWholeCurrency(code) && !Number.isInteger(amount)) {
        refuseAt(['amount'], 'must be whole: the currency has no fraction');
      }
    }),
  )
  .meta({ id: 'LabelStatement' });
export type LabelStatement = z.output<typeof LabelStatement>;

export const LabelStatements = z.array(LabelStatement).min(1).max(statementsMax);

/** Body of `POST /v1/labels` in the API document: one statement or many. */
export const LabelBody = z.union([LabelStatement, LabelStatements]).meta({ id: 'LabelBody' });

const instant = z.iso.datetime();

/** A stored statement. */
export const Label = z
  .object({
    labelId: z.uuid(),
    transactionId: z.string(),
    banner: z.enum(banners),
    orderId: z.string(),
    groupId: z.string(),
    kind: z.enum(labelKinds),
    amount: z.number().nullable(),
    currency: z.string().nullable(),
    date: z.iso.date().nullable(),
    reason: z.string().nullable(),
    source: z.enum(['api', 'csv']),
    sourceId: z.string().nullable(),
    saidBy: z.string(),
    saidAt: instant,
    /** True for the order's latest statement that was not withdrawn. */
    isCurrent: z.boolean(),
    withdrawn: z.object({ at: instant, by: z.string(), reason: z.string() }).nullable(),
  })
  .meta({ id: 'Label' });
export type Label = z.output<typeof Label>;

/** Answer of `GET /v1/transactions/{transactionId}/labels`, newest first. */
export const LabelHistory = z
  .object({ current: Label.nullable(), labels: z.array(Label) })
  .meta({ id: 'LabelHistory' });
export type LabelHistory = z.output<typeof LabelHistory>;

/** Answer of `GET /v1/labels`, newest first. */
export const LabelPage = z
  .object({ labels: z.array(Label), nextCursor: z.string().nullable() })
  .meta({ id: 'LabelPage' });
export type LabelPage = z.output<typeof LabelPage>;

/**
 * Remarks on an accepted statement: its amount is above the order's or in another currency; it was
 * stored as a dispute or as a chargeback, unlike its stated kind.
 */
export const labelFlags = [
  'amount_above_order',
  'other_currency',
  'stored_as_dispute',
  'stored_as_chargeback',
] as const;
export type LabelFlag = (typeof labelFlags)[number];

const resultFields = {
  /** `repeated`: the statement is already stored; `unmatched`, `ambiguous`: nothing was stored. */
  result: z.enum(['taken', 'repeated', 'unmatched', 'ambiguous']),
  label: Label.optional(),
  flags: z.array(z.enum(labelFlags)).optional(),
  /** The first orders that an ambiguous statement matches. */
  candidates: z.array(z.string()).optional(),
};

/** The result of each statement, in the order given. */
export const LabelResults = z
  .object({ results: z.array(z.object(resultFields)) })
  .meta({ id: 'LabelResults' });
export type LabelResult = z.output<typeof LabelResults>['results'][number];

const ImportLine = z.object({
  /** Line of the file, counted from 1; the header is line 1. */
  line: z.int(),
  result: z.enum(['taken', 'repeated', 'unmatched', 'ambiguous', 'wrong']),
  transactionId: z.string().optional(),
  flags: z.array(z.enum(labelFlags)).optional(),
  candidates: z.array(z.string()).optional(),
  /** The problems, with their columns. */
  faults: z.array(z.object({ column: z.string().nullable(), message: z.string() })).optional(),
});
export type ImportLine = z.output<typeof ImportLine>;

/** Answer of `POST /v1/labels/import`. */
export const ImportReport = z
  .object({
    taken: z.int(),
    repeated: z.int(),
    unmatched: z.int(),
    ambiguous: z.int(),
    wrong: z.int(),
    lines: z.array(ImportLine),
  })
  .meta({ id: 'LabelImportReport' });
export type ImportReport = z.output<typeof ImportReport>;
