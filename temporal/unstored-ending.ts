import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto, { type temporal } from '@temporalio/proto';
import {
  decisionSignal,
  readVerdictMessage,
  readWithdrawalMessage,
  submitDecisionUpdate,
  type VerdictMessage,
  type WithdrawalMessage,
  withdrawUpdate,
} from '../workflows/order/messages.js';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const { EventType } = proto.temporal.api.enums.v1;

/** A person's message that ended a review, read from the run that received it. */
export type ReviewEnding =
  | {
      readonly kind: 'verdict';
      readonly source: 'api' | 'signal';
      readonly message: VerdictMessage;
    }
  | { readonly kind: 'withdrawal'; readonly message: WithdrawalMessage };

/** Activities after which Postgres knows how a round ended. */
const endingSteps = new Set(['recordVerdict', 'recordWithdrawal', 'settleOrder']);

/**
 * The index of the first event that Postgres may not know: after the decision, which the first
 * search-attribute event follows at once, and after the last activity that ended a round. It is the
 * first of all in a run that was broken off before its decision: there every message waits for it.
 */
const unstoredFrom = (events: readonly HistoryEvent[]): number => {
  const steps = new Map<string, string>();
  let from = 0;
  events.forEach((event, at) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) steps.set(String(event.eventId), scheduled.activityType?.name ?? '');
    const isDecision =
      from === 0 && event.eventType === EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES;
    const { scheduledEventId } = event.activityTaskCompletedEventAttributes ?? {};
    if (isDecision || endingSteps.has(steps.get(String(scheduledEventId)) ?? '')) from = at + 1;
  });
  return from;
};

/** The name and payloads of a signal or update that a person sent. */
const messageOf = (event: HistoryEvent) => {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal) return { name: signal.signalName, payloads: signal.input?.payloads };
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
  return update && { name: update.name, payloads: update.args?.payloads };
};

const endingOf = (name: string | null | undefined, raw: unknown): ReviewEnding | undefined => {
  if (name === withdrawUpdate.name) {
    return { kind: 'withdrawal', message: readWithdrawalMessage(raw) };
  }
  if (name !== decisionSignal.name && name !== submitDecisionUpdate.name) return undefined;
  const message = readVerdictMessage(raw);
  const source = name === decisionSignal.name ? 'signal' : 'api';
  return message && { kind: 'verdict', source, message };
};

/**
 * The verdict or withdrawal that a run accepted, or would have accepted, in the open round;
 * undefined when there is none. The first valid one counts, as in the workflow. Throws when no key
 * opens a message.
 */
export const unstoredEnding = async (
  events: readonly HistoryEvent[],
  round: number,
  decode: (payloads: Payload[]) => Promise<Payload[]>,
): Promise<ReviewEnding | undefined> => {
  for (const event of events.slice(unstoredFrom(events))) {
    const sent = messageOf(event);
    if (!sent) continue;
    const [payload] = await decode(sent.payloads ?? []);
    const raw: unknown = payload && defaultPayloadConverter.fromPayload(payload);
    const ending = endingOf(sent.name, raw);
    const isOfRound = ending?.message.round === undefined || ending.message.round === round;
    if (ending !== undefined && isOfRound) return ending;
  }
  return undefined;
};
