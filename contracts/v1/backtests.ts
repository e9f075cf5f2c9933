import { z } from 'zod';
import { outcomes } from '../hbc/decision.js';
import { banners } from '../hbc/transaction.js';
import { across } from '../cross-check.js';
import { storableText } from '../faults.js';
import { freeText } from './free-text.js';
import { CaseQuery } from './queries.js';

const instant = z.iso.datetime({ offset: true });
const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();

/** Outside these years, timestamps have other forms. */
const [firstMs, endMs] = [Date.UTC(1900, 0), Date.UTC(10_000, 0)];
/** An instant of the years 1900 to 9999, with its offset from UTC. */
export const moment = instant.refine((text) => {
  const atMs = Date.parse(text);
  return atMs >= firstMs && atMs < endMs;
}, 'must be of the years 1900 to 9999');

/** A year, and the rest of a quarterly report. */
const daysMax = 400;
const dayMs = 86_400_000;

export const backtestFacts = ['stored', 'recomputed'] as const;

/** Body of `POST /v1/backtests`. */
export const NewBacktest = z
  .strictObject({
    /** Exactly one of these three selects the rules to try. */
    draftId: z.uuid().optional(),
    /** 0 is the shipped file. */
    version: z.int().min(0).max(2_147_483_647).optional(),
    text: storableText('ruleSetText', 1).optional(),
    /** Orders received from `from` on ... */
    from: moment,
    /** ... and before `to`. */
    to: moment,
    banner: z.enum(banners).optional(),
    /** `stored`: the facts of the decisions. `recomputed`: from each order and its history. */
    facts: z.enum(backtestFacts).default('stored'),
    note: freeText,
  })
  .check(
    across(['draftId', 'version', 'text'], ({ draftId, version, text }, refuse) => {
      const given = [draftId, version, text].filter((one) => one !== undefined).length;
      if (given === 1) return;
      refuse(['version'], 'or draftId or text must be given, and only one of them');
    }),
    across(['from', 'to'], ({ from, to }, refuse) => {
      const days = (Date.parse(to) - Date.parse(from)) / dayMs;
      if (days <= 0) refuse(['to'], 'must be after from');
      if (days > daysMax) refuse(['to'], `must be at most ${daysMax} days after from`);
    }),
  )
  .meta({ id: 'NewBacktest' });
export type NewBacktest = z.output<typeof NewBacktest>;

/** Body of `POST /v1/backtests/{backtestId}/cancellation`. */
export const BacktestCancellation = z
  .strictObject({ note: freeText })
  .meta({ id: 'BacktestCancellation' });

const Money = z.object({ currency: z.string(), amount: z.number() });
const money = z.array(Money);

/** Orders that went from one outcome to another, and the sum of their totals by currency. */
const OutcomeCell = z.object({
  was: z.enum(outcomes),
  would: z.enum(outcomes),
  orders: count,
  money,
});
export type OutcomeCell = z.output<typeof OutcomeCell>;

/** Chargebacks that were no fraud; absent in results of earlier releases. */
const disputes = count.optional();

/** How well some outcomes separate fraud from good orders, on labelled orders. */
const BacktestFigures = z
  .object({
    /** Orders with such an outcome. */
    orders: count,
    fraud: count,
    good: count,
    disputes,
    unlabelled: count,
    /** Labelled frauds with another outcome. */
    missedFraud: count,
    precision: share,
    recall: share,
    f1: share,
    /** Totals of the labelled frauds that had such an outcome ... */
    caughtFraud: money,
    /** ... of those that had another one ... */
    missedFraudMoney: money,
    /** ... and of the good orders that had it. */
    stoppedGood: money,
  })
  .meta({ id: 'BacktestFigures' });
export type BacktestFigures = z.output<typeof BacktestFigures>;

const Sides = z.object({ before: BacktestFigures, after: BacktestFigures });

const hits = z.object({ hits: count, fraud: count, good: count, disputes });

/**
 * The source of a fact, and so what may have changed since. `settings`: the order itself, read with
 * today's settings and program. `tables`: today's mounted tables. `history`, `lists` and
 * `evidence`: looked up as of the order's time, unless a key that hashed them has been retired.
 */
export const factDifferenceCauses = ['settings', 'tables', 'history', 'lists', 'evidence'] as const;
export type FactDifferenceCause = (typeof factDifferenceCauses)[number];

/** The result of a backtest. */
export const BacktestResult = z
  .object({
    /** Orders with both decisions; all counts below refer to these. */
    orders: count,
    /** Orders received in the period and not decided. */
    undecided: count,
    /** Orders whose decision lacks a fact that a rule reads, with these facts. */
    notEvaluable: z.object({
      orders: count,
      facts: z.array(z.object({ fact: z.string(), orders: count })),
    }),
    /** Orders rejected before the partners were asked, which the tried rules would not reject. */
    partnersNotAsked: count,
    /**
     * Orders that the same rule set decided, and how many of them get exactly the same decision.
     */
    sameRules: z.object({ orders: count, equal: count }),
    /**
     * Of the reviews: would-be rejects that reviewers see as a random share of them. Absent in
     * backtests of earlier versions.
     */
    sampledRejects: z.object({ before: count, after: count }).optional(),
    outcomes: z.array(OutcomeCell),
    /** The same for the vote of the rules alone. */
    localOutcomes: z.array(OutcomeCell),
    banners: z.array(
      z.object({
        banner: z.enum(banners),
        outcomes: z.array(OutcomeCell),
        /** Absent in backtests of earlier versions. */
        localOutcomes: z.array(OutcomeCell).optional(),
      }),
    ),
    reviews: z.object({
      before: count,
      after: count,
      /** By day of receipt in UTC. */
      days: z.array(z.object({ day: z.iso.date(), orders: count, before: count, after: count })),
    }),
    rules: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        before: hits,
        after: hits,
        /** Orders for which it could not be evaluated, which sends them to review. */
        errors: count,
      }),
    ),
    /** Review and reject together. */
    flagged: Sides,
    rejected: Sides,
    /** Null with stored facts. */
    recomputed: z
      .object({
        /** Orders with a fact that differs from the stored one ... */
        differing: count,
        /** ... and those of them with another outcome under the stored facts. */
        otherOutcome: count,
        facts: z.array(
          z.object({
            fact: z.string(),
            orders: count,
            cause: z.enum(factDifferenceCauses),
            /** The first few. */
            transactionIds: z.array(z.string()),
          }),
        ),
      })
      .nullable(),
    /** Orders whose outcome changes, and how many of them `/changes` lists. */
    changes: z.object({ orders: count, listed: count }),
  })
  .meta({ id: 'BacktestResult' });
export type BacktestResult = z.output<typeof BacktestResult>;

export const backtestStates = ['running', 'done', 'cancelled', 'failed'] as const;

const summary = {
  backtestId: z.uuid(),
  state: z.enum(backtestStates),
  /** The source of the rules: a draft at a revision, a version, or the request itself. */
  source: z.object({
    draftId: z.uuid().optional(),
    revision: z.int().optional(),
    version: z.int().optional(),
  }),
  ruleSetHash: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  banner: z.enum(banners).nullable(),
  facts: z.enum(backtestFacts),
  note: z.string(),
  author: z.string(),
  /** Parts of the period, of some thousand orders each; 0 in all until they are planned. */
  progress: z.object({ done: count, total: count }),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
};

export const BacktestSummary = z.object(summary).meta({ id: 'BacktestSummary' });
export type BacktestSummary = z.output<typeof BacktestSummary>;

/** Answer of `GET /v1/backtests/{backtestId}`; `result` is null until it is done. */
export const Backtest = z
  .object({
    ...summary,
    result: BacktestResult.nullable(),
    /** Which orders could not be compared, why, and what helps; null when all could. */
    hint: z.string().nullable(),
  })
  .meta({ id: 'Backtest' });
export type Backtest = z.output<typeof Backtest>;

/** Query of `GET /v1/backtests`. */
export const BacktestQuery = CaseQuery.pick({ limit: true, cursor: true });

export const BacktestPage = z
  .object({ backtests: z.array(BacktestSummary), nextCursor: z.string().nullable() })
  .meta({ id: 'BacktestPage' });

/** Query of `GET /v1/backtests/{backtestId}/changes`. */
export const ChangeQuery = BacktestQuery.extend({
  was: z.enum(outcomes).optional(),
  would: z.enum(outcomes).optional(),
});

const Tripped = z.object({ id: z.string(), name: z.string(), points: z.int() });

/** An order whose outcome changes. */
export const BacktestChange = z
  .object({
    transactionId: z.string(),
    /** URL of the order itself. */
    link: z.string(),
    banner: z.enum(banners),
    receivedAt: z.iso.datetime(),
    was: z.enum(outcomes),
    would: z.enum(outcomes),
    localWas: z.enum(outcomes),
    localWould: z.enum(outcomes),
    scoreWas: z.int(),
    scoreWould: z.int(),
    amount: z.number(),
    currency: z.string(),
    became: z.enum(['fraud', 'good', 'dispute', 'unlabelled']),
    /** Rules that trip only with the tried rules, or with other points. */
    appeared: z.array(Tripped),
    disappeared: z.array(Tripped),
    erroredRules: z.array(z.string()),
    partnersNotAsked: z.boolean(),
  })
  .meta({ id: 'BacktestChange' });
export type BacktestChange = z.output<typeof BacktestChange>;

export const BacktestChangePage = z
  .object({ changes: z.array(BacktestChange), nextCursor: z.string().nullable() })
  .meta({ id: 'BacktestChangePage' });
