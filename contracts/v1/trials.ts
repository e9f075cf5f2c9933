import { z } from 'zod';
import { across, type Refuse } from '../cross-check.js';
import { outcomes } from '../hbc/decision.js';
import { rolloutPercent, rolloutSubjects } from '../rules.js';
import { numberInQuery } from '../query-number.js';
import { confirmation } from './confirmation.js';
import { freeText } from './free-text.js';
import { pageCursor, pageLimit, zonedMoment } from './queries.js';

/**
 * `shadow`: every order is evaluated after its answer. `rollout`: the challenger decides for a
 * share of the subjects.
 */
export const trialModes = ['shadow', 'rollout'] as const;

const fieldsOfNewTrial = {
  /** The draft to try; its text is first stored as a version. */
  draftId: z.uuid().optional(),
  /** Or the version to try; 0 is the shipped file. */
  version: z.int().min(0).max(2_147_483_647).optional(),
  mode: z.enum(trialModes),
  /** The share of subjects in the challenger's arm of a rollout. */
  percent: rolloutPercent.optional(),
  /** The subject whose orders stay in one arm. */
  by: z.enum(rolloutSubjects).default('card'),
  /** Why, for the audit trail. */
  note: freeText,
  /** Needed for a rollout to more than half of the subjects. */
  confirm: confirmation,
};

/** Body of `POST /v1/rule-sets/trials`. */
export const NewTrial = z
  .strictObject(fieldsOfNewTrial)
  .check(
    across(['draftId', 'version'], ({ draftId, version }, refuse) => {
      if (draftId === undefined && version === undefined) {
        refuse(['version'], 'is required, or draftId', 'missing_field');
      }
      if (draftId !== undefined && version !== undefined) refuse(['version'], 'excludes draftId');
    }),
    across(['mode', 'percent'], ({ mode, percent }, refuse) => {
      if (mode === 'rollout' && percent === undefined) {
        refuse(['percent'], 'is required for a rollout', 'missing_field');
      }
      if (mode === 'shadow' && percent !== undefined) {
        refuse(['percent'], 'is for a rollout only');
      }
    }),
  )
  .meta({ id: 'NewTrial' });
export type NewTrial = z.output<typeof NewTrial>;

/** Body of `PUT /v1/rule-sets/trials/{trialId}`. */
export const TrialChange = z
  .strictObject({ percent: rolloutPercent, confirm: confirmation })
  .meta({ id: 'TrialChange' });

/** Body of `POST /v1/rule-sets/trials/{trialId}/end`. */
export const TrialEnd = z
  .strictObject({
    /** Why, for the audit trail. */
    note: freeText,
  })
  .meta({ id: 'TrialEnd' });

const instant = z.iso.datetime();

/** A trial of a rule set beside the one in force. */
export const Trial = z
  .object({
    trialId: z.uuid(),
    version: z.int(),
    mode: z.enum(trialModes),
    /** 100 in shadow mode: every order is evaluated. */
    percent: z.number(),
    by: z.enum(rolloutSubjects),
    note: z.string(),
    author: z.string(),
    startedAt: instant,
    endedAt: instant.nullable(),
    endedBy: z.string().nullable(),
  })
  .meta({ id: 'Trial' });
export type Trial = z.output<typeof Trial>;

/** Answer of `GET /v1/rule-sets/trials`, newest first. */
export const TrialList = z.object({ trials: z.array(Trial) }).meta({ id: 'TrialList' });

/** A quarter of a year: longer periods would load the database for too long. */
const daysMax = 92;
export const periodMaxMs = daysMax * 86_400_000;

/** Orders decided from `from` (inclusive) to `to` (exclusive). */
const period = { from: zonedMoment.optional(), to: zonedMoment.optional() };

const checkPeriod = (
  { from, to }: { readonly from?: Date | undefined; readonly to?: Date | undefined },
  refuse: Refuse,
): void => {
  if (from === undefined || to === undefined) return;
  if (to <= from) refuse(['to'], 'must be after from');
  if (to.getTime() - from.getTime() > periodMaxMs) {
    refuse(['to'], `must be at most ${daysMax} days after from`);
  }
};

/** Query of `GET /v1/rule-sets/trials/{trialId}`; by default the trial's latest 92 days. */
export const TrialQuery = z.object(period).check(across(['from', 'to'], checkPeriod));

/** Query of `GET /v1/rule-sets/trials/{trialId}/orders`: one cell of the matrix, or all of it. */
export const TrialOrderQuery = z.object({
  was: z.enum(outcomes).optional(),
  would: z.enum(outcomes).optional(),
  limit: pageLimit,
  cursor: pageCursor,
});

/** Query of `GET /v1/rule-sets/shadow`; by default the latest 92 days. */
export const ShadowQuery = z
  .object({
    version: numberInQuery(0, 2_147_483_647),
    ...period,
  })
  .check(across(['from', 'to'], checkPeriod));

/** An order that a shadow trial has evaluated. */
const TrialOrder = z.object({
  transactionId: z.string(),
  decidedAt: instant,
  was: z.enum(outcomes),
  would: z.enum(outcomes),
  scoreWas: z.int(),
  scoreWould: z.int(),
});
export type TrialOrder = z.output<typeof TrialOrder>;

/** Answer of `GET /v1/rule-sets/trials/{trialId}/orders`, newest first. */
export const TrialOrderPage = z
  .object({ orders: z.array(TrialOrder), nextCursor: z.string().nullable() })
  .meta({ id: 'TrialOrderPage' });
export type TrialOrderPage = z.output<typeof TrialOrderPage>;
