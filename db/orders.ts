import { z } from 'zod';
import {
  type Outcome,
  outcomes,
  statuses,
  type TransactionStatus,
} from '../contracts/hbc/decision.js';
import type { PartnerAnswer } from '../domain/votes.js';
import { DecisionRow } from './decisions.js';
import { AnswerRow } from './partner-answers.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';
import { TransactionRow } from './transactions.js';
import { VerdictRow } from './verdicts.js';

/** A stored order as its score reads it. */
export interface StoredOrder {
  /** Sealed. */
  readonly body: Buffer;
  readonly receivedAt: Date;
  /** The usable answers of partners that are stored by now. */
  readonly answers: readonly PartnerAnswer[];
}

const OrderRow = z.object({
  body: z.instanceof(Buffer),
  received_at: z.date(),
  answers: z.array(AnswerRow.shape.answer),
});

/** Reads a stored order with the partners' answers so far. */
export const findOrder = async (
  db: Queryable,
  transactionId: string,
): Promise<StoredOrder | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'read-order',
      text: `select body, received_at, array(select answer from partner_answers
          where transaction_id = $1 order by answered_at, partner) as answers
        from transactions where transaction_id = $1`,
      values: [transactionId],
    }),
  );
  const row = parseRow(OrderRow, rows);
  return row && { body: row.body, receivedAt: row.received_at, answers: row.answers };
};

const transactionShape = TransactionRow.omit({ answer: true }).shape;

/** Selects the columns of a table under names that `partOf` finds again. */
const columnsOf = (alias: string, shape: object): string =>
  Object.keys(shape)
    .map((column) => `${alias}.${column} as "${alias}.${column}"`)
    .join(', ');

type Row = Readonly<Record<string, unknown>>;

const partOf = (row: Row, alias: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      name.startsWith(`${alias}.`) ? [[name.slice(alias.length + 1), value]] : [],
    ),
  );

/** Parses the part of a row that an outer join may have left empty. */
const optionalPart = <S extends z.ZodType>(
  schema: S,
  row: Row,
  alias: string,
): z.output<S> | undefined =>
  row[`${alias}.transaction_id`] === null ? undefined : schema.parse(partOf(row, alias));

/** The verdict of the latest round that has one. */
const latestVerdict = `left join lateral (
    select * from verdicts where transaction_id = t.transaction_id order by round desc limit 1
  ) v on true`;

const recordText = `select ${columnsOf('t', transactionShape)}, t.body,
    ${columnsOf('d', DecisionRow.shape)}, ${columnsOf('v', VerdictRow.shape)},
    (select coalesce(jsonb_agg(jsonb_build_object('answer', answer, 'answered_at', answered_at)
      order by answered_at, partner), '[]') from partner_answers
      where transaction_id = t.transaction_id) as answers
  from transactions t
  left join decisions d on d.transaction_id = t.transaction_id
  ${latestVerdict}
  where t.transaction_id = $1`;

/** Postgres prints times in JSON with their zone. */
const answersInJson = z.array(
  AnswerRow.extend({ answered_at: z.string().transform((text) => new Date(text)) }),
);

/** Everything stored about an order that its settlement or a reader needs. */
export interface OrderRecord {
  readonly row: TransactionRow;
  /** Sealed. */
  readonly body: Buffer;
  readonly decision: DecisionRow | undefined;
  readonly verdict: VerdictRow | undefined;
  /** From before and after the decision; oldest first. */
  readonly answers: readonly AnswerRow[];
}

/** Reads an order with its decision, latest verdict and partners' answers, as of one instant. */
export const findOrderRecord = async (
  db: Queryable,
  transactionId: string,
): Promise<OrderRecord | undefined> => {
  const { rows } = await reached(
    db.query<Row>({ name: 'read-order-record', text: recordText, values: [transactionId] }),
  );
  const [row] = rows;
  return (
    row && {
      row: TransactionRow.parse({ ...partOf(row, 't'), answer: row['d.answer'] }),
      body: OrderRow.shape.body.parse(row['body']),
      decision: optionalPart(DecisionRow, row, 'd'),
      verdict: optionalPart(VerdictRow, row, 'v'),
      answers: answersInJson.parse(row['answers']),
    }
  );
};

const StateRow = z.object({
  status: z.enum(statuses),
  decided: z.enum(outcomes),
  verdict: z.enum(outcomes).nullable(),
  round: z.number().nullable(),
  due_at: z.date().nullable(),
});

/** Where a decided order stands. */
export interface OrderStateRow {
  readonly status: TransactionStatus;
  /** The outcome of the latest verdict, else of the decision. */
  readonly outcome: Outcome;
  /** Those of its case; null without one. */
  readonly round: number | null;
  readonly dueAt: Date | null;
}

/** Reads where an order stands; undefined when it is unknown or undecided. */
export const findOrderStateRow = async (
  db: Queryable,
  transactionId: string,
): Promise<OrderStateRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'read-order-state',
      text: `select t.status, d.outcome as decided, v.outcome as verdict, c.round, c.due_at
        from transactions t join decisions d using (transaction_id)
        left join cases c on c.transaction_id = t.transaction_id
        ${latestVerdict} where t.transaction_id = $1`,
      values: [transactionId],
    }),
  );
  const row = parseRow(StateRow, rows);
  if (row === undefined) return undefined;
  const { status, decided, verdict, round, due_at: dueAt } = row;
  return { status, outcome: verdict ?? decided, round, dueAt };
};
