import { listAccounts } from '../../db/accounts.js';
import {
  countDecided,
  countDecidedSince,
  countEscalated,
  type DecidedRow,
  type FigurePeriod,
} from '../../db/desk-figures.js';
import { dayStart } from '../../domain/zoned-day.js';
import { holderOf } from '../accounts/account.js';
import { loadNames } from '../accounts/names.js';
import type { Context } from '../context.js';
import { type DeskQueue, readDeskQueue, readHeldCases } from './queue.js';

/** How long something took, in seconds, over the decisions of which it is known. */
export interface Took {
  readonly decisions: number;
  /** Null without any. */
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
}

/** What became of decided orders, by labels that were stated after the decision. */
export interface Agreement {
  /** Decisions on orders that are labelled as honest or as fraud. */
  readonly labelled: number;
  /** Accepted and honest, or rejected and fraud. */
  readonly agreed: number;
  readonly acceptedFraud: number;
  readonly rejectedHonest: number;
  /** `agreed` of `labelled`; null for fewer than twenty, whose share says nothing. */
  readonly share: number | null;
}

/** What a reviewer did on some days, of which today is the last. */
export interface DeskPeriod {
  readonly days: number;
  readonly from: Date;
  readonly decided: number;
  readonly accepted: number;
  readonly rejected: number;
  /** How many of them confirmed another person's decision. */
  readonly confirmed: number;
  readonly undone: number;
  /** Another decision took its place, or the review ended otherwise. */
  readonly overtaken: number;
  readonly escalated: number;
  /** Decided after the case was due. */
  readonly late: number;
  readonly fromClaim: Took;
  readonly fromOpening: Took;
  readonly agreement: Agreement;
}

/** A reviewer's figures and the cases that they hold. */
export interface ReviewerFigures {
  /** As in the audit trail. */
  readonly reviewer: string;
  readonly displayName: string;
  readonly periods: readonly DeskPeriod[];
  readonly queue: DeskQueue;
}

/** From so many labelled orders on, a share says something. */
const shareFrom = 20;

const periodDays = [1, 7, 28] as const;

/** Today and the days before it in a time zone. */
const periodsAt = (now: Date, zone: string): readonly FigurePeriod[] =>
  periodDays.map((days) => ({ days, from: dayStart(now, zone, days - 1) }));

const tookOf = (decisions: number, spread: readonly number[] | null): Took => {
  const [median = null, p90 = null] = (spread ?? []).map(Math.round);
  return { decisions, medianSeconds: median, p90Seconds: p90 };
};

const agreementOf = (row: DecidedRow | undefined): Agreement => {
  const { accepted_fraud: acceptedFraud = 0, rejected_honest: rejectedHonest = 0 } = row ?? {};
  const agreed = (row?.accepted_honest ?? 0) + (row?.rejected_fraud ?? 0);
  const labelled = agreed + acceptedFraud + rejectedHonest;
  const share = labelled < shareFrom ? null : agreed / labelled;
  return { labelled, agreed, acceptedFraud, rejectedHonest, share };
};

const periodOf = (
  { days, from }: FigurePeriod,
  row: DecidedRow | undefined,
  escalated: number,
): DeskPeriod => {
  const { accepted = 0, rejected = 0, confirmed = 0, undone = 0, overtaken = 0 } = row ?? {};
  return {
    ...{ days, from, decided: accepted + rejected, accepted, rejected, confirmed, undone },
    ...{ overtaken, escalated, late: row?.late ?? 0 },
    fromClaim: tookOf(row?.claimed ?? 0, row?.from_claim ?? null),
    fromOpening: tookOf(row?.opened ?? 0, row?.from_opening ?? null),
    agreement: agreementOf(row),
  };
};

/** Whose figures to read, and in which IANA time zone days begin. */
interface FiguresRequest {
  /** Null for everybody. */
  readonly reviewer: string | null;
  readonly zone: string;
}

const load = async (context: Context<'now'>, { reviewer, zone }: FiguresRequest) => {
  const { db, now: to } = context;
  const periods = periodsAt(to, zone);
  const query = { reviewer, periods, to };
  const [decided, escalated, held, nameOf] = await Promise.all([
    countDecided(db, query),
    countEscalated(db, query),
    readHeldCases(context, reviewer),
    loadNames(context),
  ]);
  const figuresOf = (name: string): ReviewerFigures => ({
    reviewer: name,
    displayName: nameOf(name),
    periods: periods.map((period) => {
      const isOf = (row: { reviewer: string; days: number }): boolean =>
        row.reviewer === name && row.days === period.days;
      return periodOf(period, decided.find(isOf), escalated.find(isOf)?.cases ?? 0);
    }),
    queue: held.heldBy(name),
  });
  const active = [...decided, ...escalated].map((row) => row.reviewer);
  return { figuresOf, active: [...active, ...held.holders] };
};

/** The figures of one reviewer: of today, and of the last 7 and 28 days. */
export const readOwnFigures = async (
  context: Context<'now'>,
  request: { readonly reviewer: string; readonly zone: string },
): Promise<ReviewerFigures> => (await load(context, request)).figuresOf(request.reviewer);

/** Who works at the desk and can be given cases: the accounts of reviewers and leads. */
export const listDeskMembers = async ({ db }: Context): Promise<string[]> =>
  (await listAccounts(db))
    .filter(({ role, disabled_at: end }) => end === null && ['reviewer', 'lead'].includes(role))
    .map(holderOf)
    .map(({ name }) => name);

/**
 * The figures of everybody who works at the desk, by name: the accounts of reviewers and leads, and
 * whoever else decided, escalated or holds a case.
 */
export const readTeamFigures = async (
  context: Context<'now'>,
  { zone }: { readonly zone: string },
): Promise<ReviewerFigures[]> => {
  const [{ figuresOf, active }, members] = await Promise.all([
    load(context, { reviewer: null, zone }),
    listDeskMembers(context),
  ]);
  return [...new Set([...members, ...active])]
    .map(figuresOf)
    .toSorted((one, other) => one.displayName.localeCompare(other.displayName, 'en'));
};

/** How many decisions of somebody today stand, those included that they confirmed. */
export const countDecidedToday = (
  { db, now }: Context<'now'>,
  { reviewer, zone }: { readonly reviewer: string; readonly zone: string },
): Promise<number> => countDecidedSince(db, reviewer, dayStart(now, zone));

export { type DeskQueue, readDeskQueue };
