import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { z } from 'zod';
import { outcomes, statuses, verdictSources } from '../contracts/hbc/decision.js';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { capitalised } from '../domain/capitalised.js';
import type { CarriedScore, PartnerAnswer, Vote } from '../domain/votes.js';
import type { KnownStep } from '../services/transactions/rebuild.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Decrypts payloads. Throws when no key opens one. */
export type Decode = (payloads: Payload[]) => Promise<Payload[]>;

/** An activity of a run that has a result, or that the workflow has asked for at least. */
interface Act {
  readonly name: string;
  readonly at: Date;
  /** Undefined for local activities, whose input no history has. */
  readonly input: unknown;
  /** Undefined until it has completed. */
  readonly result: unknown;
}

const Standing = z.object({
  status: z.enum(statuses),
  outcome: z.enum(outcomes),
  round: z.number(),
  dueAtMs: z.number().nullable(),
});

const Recorded = z.object({
  outcome: z.enum(outcomes),
  totalScore: z.number(),
  answer: z.string(),
  votes: z.custom<readonly Vote[]>(Array.isArray),
  reviewDueAtMs: z.number(),
});

const Scored = z.custom<CarriedScore>(
  (value) => typeof value === 'object' && value !== null && 'ruleSetHash' in value,
);

const VerdictInput = z.object({
  round: z.number(),
  outcome: z.enum(['accept', 'reject']),
  source: z.enum(verdictSources),
  reviewer: z.string(),
  remarks: z.string(),
});

/** How the order stood in Postgres after a step; early versions did not say. */
const Kept = z.object({ standing: Standing.optional() }).optional().catch(undefined);

const WithdrawalInput = z.object({ round: z.number().optional(), actor: z.string() });

const SettleInput = z.object({ round: z.number(), action: z.enum(['process', 'cancel']) });

const Settled = z.object({
  kind: z.enum(['done', 'refused', 'not_due']),
  dueAtMs: z.number().optional(),
  standing: Standing.optional(),
});

const CheckResult = z.custom<PartnerAnswer>(
  (value) => typeof value === 'object' && value !== null && 'partner' in value && 'kind' in value,
);

const partnerOfCheck: ReadonlyMap<string, VotingPartner> = new Map(
  votingPartners.map((name) => [`check${capitalised(name)}`, name]),
);

/** The activities that tell a rebuild what has happened. */
const telling = new Set([
  ...['score', 'recordDecision', 'recordVerdict', 'recordWithdrawal'],
  ...['settleAtOnce', 'settleOrder', 'readStanding', 'remindReviewer'],
  ...partnerOfCheck.keys(),
]);

const timeOf = (time: HistoryEvent['eventTime']): Date =>
  new Date(Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6);

type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

const valueOf = async (payloads: Payloads, decode: Decode): Promise<unknown> => {
  const [payload] = await decode(payloads?.payloads ?? []);
  return payload && defaultPayloadConverter.fromPayload(payload);
};

/** The SDK's own note in a local activity's marker, which no codec encrypts. */
const Marker = z.object({ activity_type: z.string() });

const localAct = async (event: HistoryEvent, decode: Decode): Promise<Act | undefined> => {
  const marker = event.markerRecordedEventAttributes;
  if (marker?.markerName !== 'core_local_activity' || marker.failure) return undefined;
  const [data] = marker.details?.['data']?.payloads ?? [];
  const note = Marker.safeParse(data && defaultPayloadConverter.fromPayload(data));
  const name = note.data?.activity_type ?? '';
  if (!telling.has(name)) return undefined;
  const result = await valueOf(marker.details?.['result'], decode);
  return { name, at: timeOf(event.eventTime), input: undefined, result };
};

/** Those activities of a run, in the order in which the workflow asked for them. */
const actsOf = async (events: readonly HistoryEvent[], decode: Decode): Promise<Act[]> => {
  const results = new Map<string, Payloads>();
  for (const { activityTaskCompletedEventAttributes: completed } of events) {
    if (completed) results.set(String(completed.scheduledEventId), completed.result);
  }
  const acts: Act[] = [];
  for (const event of events) {
    const local = await localAct(event, decode);
    if (local !== undefined) acts.push(local);
    const scheduled = event.activityTaskScheduledEventAttributes;
    const name = scheduled?.activityType?.name ?? '';
    if (!scheduled || !telling.has(name)) continue;
    const result = results.get(String(event.eventId));
    acts.push({
      ...{ name, at: timeOf(event.eventTime) },
      input: await valueOf(scheduled.input, decode),
      result: result && (await valueOf(result, decode)),
    });
  }
  return acts;
};

/** The answers that the decision was made from: of each partner the last one before it. */
const answersBefore = (acts: readonly Act[]): PartnerAnswer[] => {
  const found = new Map<VotingPartner, PartnerAnswer>();
  for (const { name, result } of acts) {
    const partner = partnerOfCheck.get(name);
    const answer = CheckResult.safeParse(result);
    if (partner !== undefined && answer.success) found.set(partner, answer.data);
  }
  return [...found.values()];
};

/** `durably.recordDecision` carries the score; otherwise the step before it has it. */
const decisionOf = (acts: readonly Act[], at: number): KnownStep | undefined => {
  const act = acts[at];
  const recorded = Recorded.safeParse(act?.result);
  if (act === undefined || !recorded.success) return undefined;
  const before = acts.slice(0, at);
  const score = before.findLast(({ name, result }) => name === 'score' && result !== undefined);
  const { reviewDueAtMs, ...decision } = recorded.data;
  return {
    ...{ kind: 'decision', at: act.at, reviewDueAt: new Date(reviewDueAtMs), ...decision },
    local: Scored.safeParse(score?.result).data,
    answers: answersBefore(before),
  };
};

/** A verdict that lost to a stored one changed nothing. */
const verdictOf = ({ at, input, result }: Act): KnownStep | undefined => {
  const verdict = VerdictInput.safeParse(input).data;
  if (verdict === undefined) return undefined;
  const standing = Kept.parse(result)?.standing;
  const { round, outcome } = verdict;
  const lost = standing && (standing.round !== round || standing.outcome !== outcome);
  return lost ? undefined : { kind: 'verdict', at, ...verdict };
};

const withdrawalOf = ({ at, input, result }: Act): KnownStep | undefined => {
  const withdrawal = WithdrawalInput.safeParse(input).data;
  const standing = Kept.parse(result)?.standing;
  if (withdrawal === undefined || (standing && standing.status !== 'withdrawn')) return undefined;
  return { kind: 'withdrawal', at, round: withdrawal.round, actor: withdrawal.actor };
};

/** What OMS did by a call; undefined while no answer of it is stored. */
const settlementOf = ({ at, input, result }: Act): KnownStep | undefined => {
  const asked = SettleInput.safeParse(input).data;
  const settled = Settled.safeParse(result).data;
  if (asked === undefined || settled === undefined) return undefined;
  const { kind, dueAtMs, standing } = settled;
  if (kind === 'refused') {
    const round = standing?.round ?? asked.round + 1;
    const dueAt = new Date(standing?.dueAtMs ?? dueAtMs ?? at.getTime());
    return { kind: 'refusal', at, round, action: asked.action, dueAt };
  }
  if (kind !== 'done') return undefined;
  // The stored outcome was settled, which after a reset may differ from what was asked.
  const stored = { accept: 'process', reject: 'cancel', review: asked.action } as const;
  const action = standing === undefined ? asked.action : stored[standing.outcome];
  return { kind: 'settlement', at, round: standing?.round ?? asked.round, action };
};

/** What a settlement in the task of the decision was asked to do, which no history has. */
const firstSettlement = (acts: readonly Act[]): z.infer<typeof SettleInput> | undefined => {
  const decision = acts.findLast(({ name }) => name === 'recordDecision');
  const recorded = Recorded.safeParse(decision?.result).data;
  return recorded && { round: 0, action: recorded.outcome === 'accept' ? 'process' : 'cancel' };
};

const stepOf = (acts: readonly Act[], at: number): KnownStep | undefined => {
  const act = acts[at];
  switch (act?.name) {
    case 'recordDecision':
      return decisionOf(acts, at);
    case 'recordVerdict':
      return verdictOf(act);
    case 'recordWithdrawal':
      return withdrawalOf(act);
    case 'settleAtOnce':
      return settlementOf({ ...act, input: firstSettlement(acts.slice(0, at)) });
    case 'settleOrder':
      return settlementOf(act);
    default:
      return undefined;
  }
};

/**
 * The end of an order that a step found in Postgres. A workflow that was reset, or that a
 * comparison with OMS's list overtook, knows no more of it.
 */
const foundEndOf = ({ at, result }: Act): KnownStep | undefined => {
  const standing = Kept.parse(result)?.standing;
  if (standing === undefined) return undefined;
  const { status, round } = standing;
  switch (status) {
    case 'processed':
      return { kind: 'settlement', at, round, action: 'process' };
    case 'cancelled':
      return { kind: 'settlement', at, round, action: 'cancel' };
    case 'withdrawn':
      return { kind: 'withdrawn', at, round };
    default:
      return undefined;
  }
};

/** Whether a run was started with the input of this order. */
const isOwn = async (first: HistoryEvent | undefined, id: string, decode: Decode) => {
  const input = await valueOf(first?.workflowExecutionStartedEventAttributes?.input, decode);
  return z.object({ transactionId: z.literal(id) }).safeParse(input).success;
};

/**
 * What a run of an order's workflow knows of it, in order; nothing when the run is another order's.
 * Throws when no key opens a payload.
 */
export const knownSteps = async (
  events: readonly HistoryEvent[],
  transactionId: string,
  decode: Decode,
): Promise<KnownStep[]> => {
  if (!(await isOwn(events[0], transactionId, decode))) return [];
  const acts = await actsOf(events, decode);
  return acts.flatMap((act, at) => [stepOf(acts, at) ?? [], foundEndOf(act) ?? []].flat());
};
