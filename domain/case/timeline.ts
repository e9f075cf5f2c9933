import type { Outcome } from '../../contracts/hbc/decision.js';
import { partnerDeclarations } from '../../contracts/voting-partners.js';
import { ownValue } from '../own-value.js';
import type { PartnerAnswer } from '../votes.js';

/** What a step looks like: a shape of an outcome, a fault, or a small drawing. */
export type StepShape =
  | Outcome
  | 'down'
  | 'order'
  | 'lock'
  | 'note'
  | 'tag'
  | 'check'
  | 'hold'
  | 'escalate'
  | 'undo'
  | 'log'
  | 'step';

/** One step of an order's way, in a sentence. */
export interface Step {
  readonly at: Date;
  readonly shape: StepShape;
  /** Who did it, as the audit trail names them; undefined for Verdict itself. */
  readonly actor: string | undefined;
  /** What they did; follows the actor's name where there is one. */
  readonly did: string;
  readonly detail: string;
}

/** An entry of the audit trail. */
export interface Audited {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the steps of an order are read from. */
export interface TimelineSource {
  readonly receivedAt: Date;
  readonly decidedAt: Date;
  readonly outcome: Outcome;
  readonly score: number;
  readonly rules: string;
  readonly openedAt: Date;
  readonly due: string;
  readonly policyVersion: number;
  readonly answers: readonly PartnerAnswer[];
  readonly audit: readonly Audited[];
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const outcomeOf = (value: unknown): Outcome => (value === 'accept' ? 'accept' : 'reject');

const past: Readonly<Record<Outcome, string>> = {
  accept: 'accepted',
  review: 'sent to review',
  reject: 'rejected',
};

type Wording = (
  details: Readonly<Record<string, unknown>>,
) => Pick<Step, 'shape' | 'did'> & { readonly detail?: string };

/** Actions of the audit trail in words; what is not here is shown by its own name. */
const wordings: Readonly<Record<string, Wording>> = {
  'case.claimed': ({ from }) => ({
    shape: 'lock',
    did: from === undefined ? 'claimed it' : 'took it over',
    detail: from === undefined ? '' : `from ${text(from)}`,
  }),
  'case.released': () => ({ shape: 'lock', did: 'released it' }),
  'case.escalated': () => ({ shape: 'escalate', did: 'escalated it' }),
  'case.held': ({ until }) => ({
    shape: 'hold',
    did: until === undefined || until === null ? 'ended the hold' : 'put it on hold',
    detail: text(until),
  }),
  'case.noted': () => ({ shape: 'note', did: 'wrote a note' }),
  'case.tagged': ({ tag, isAdded }) => ({
    shape: 'tag',
    did: isAdded === false ? 'removed a tag' : 'added a tag',
    detail: text(tag),
  }),
  'case.checked': ({ item, isTicked }) => ({
    shape: 'check',
    did: isTicked === false ? 'took a tick back' : 'ticked',
    detail: text(item),
  }),
  'case.decision_pending': ({ outcome, reasonCode }) => ({
    shape: outcomeOf(outcome),
    did: `${past[outcomeOf(outcome)]} it`,
    detail: text(reasonCode).replaceAll('_', ' '),
  }),
  'case.decision_undone': () => ({ shape: 'undo', did: 'took the decision back' }),
  'case.decision_failed': ({ failure }) => ({
    shape: 'down',
    did: 'The decision could not be applied',
    detail: text(failure).replaceAll('_', ' '),
  }),
  'verdict.recorded': ({ outcome, source }) => ({
    shape: outcomeOf(outcome),
    did: `The order was ${past[outcomeOf(outcome)]}`,
    detail: source === 'expiry' ? 'the time for a review was over' : '',
  }),
  'settlement.done': ({ action }) => ({
    shape: 'order',
    did: `OMS acknowledged “${text(action)}”`,
  }),
  'settlement.refused': ({ action, omsStatus }) => ({
    shape: 'down',
    did: `OMS refused to ${text(action)} the order`,
    detail: `status ${text(omsStatus) || 'unknown'}; the case is open again`,
  }),
  'order.rebuilt': ({ from, after }) => ({
    shape: 'log',
    did: `The order was rebuilt from ${from === 'oms' ? 'OMS’s list' : 'its workflow'}`,
    detail: `it is ${text(after).replaceAll('_', ' ')}`,
  }),
  'transaction.withdrawn': () => ({ shape: 'undo', did: 'withdrew the order' }),
  'review.reminded': ({ number }) => ({
    shape: 'step',
    did: `Reminder ${text(number)} was sent`,
  }),
  'vote.late': ({ partner, outcome }) => ({
    shape: outcome === 'review' || outcome === 'reject' ? outcome : 'step',
    did: `${titleOf(text(partner))} answered after the decision`,
    detail: text(outcome),
  }),
  'label.stated': ({ kind }) => ({
    shape: 'tag',
    did: 'labelled the order',
    detail: text(kind).replaceAll('_', ' '),
  }),
};

const titleOf = (partner: string): string =>
  ownValue<{ readonly title: string }>(partnerDeclarations, partner)?.title ?? partner;

/** Openings are counted and not listed, and the decision has its own steps. */
const silent: ReadonlySet<string> = new Set([
  'case.read',
  'record.read',
  'explanation.read',
  'queue.read',
  'links.read',
  'decision.recorded',
]);

/** Sentences that begin with their own subject need no actor in front. */
const isOwnSentence = (did: string): boolean => /^[A-Z]/.test(did);

const stepOf = ({ at, actor, action, details }: Audited): Step => {
  const wording = ownValue(wordings, action)?.(details) ?? {
    shape: 'step' as const,
    did: action.replaceAll(/[._]/g, ' '),
  };
  return {
    at: new Date(at),
    actor: isOwnSentence(wording.did) || actor === 'system' ? undefined : actor,
    shape: wording.shape,
    did: wording.did,
    detail: wording.detail ?? '',
  };
};

const answerStep = (answer: PartnerAnswer, at: Date): Step[] => {
  const partner = titleOf(answer.partner);
  if (answer.kind === 'answered') {
    const detail = `${Math.round(answer.latencyMs)} ms`;
    return [
      { at, shape: answer.outcome, actor: undefined, did: `${partner}: ${answer.label}`, detail },
    ];
  }
  if (answer.kind !== 'unavailable') return [];
  const detail = `${answer.fault.replaceAll('_', ' ')}, ${Math.round(answer.latencyMs)} ms`;
  return [{ at, shape: 'down', actor: undefined, did: `${partner} gave no answer`, detail }];
};

const ownSteps = (source: TimelineSource): Step[] => {
  const { receivedAt, decidedAt, openedAt, outcome, score } = source;
  const took = ((decidedAt.getTime() - receivedAt.getTime()) / 1000).toFixed(2);
  const step = (at: Date, shape: StepShape, did: string, detail: string): Step => ({
    ...{ at, shape, actor: undefined, did, detail },
  });
  return [
    step(receivedAt, 'order', 'OMS posted the order', ''),
    step(decidedAt, 'step', `The rules scored ${score}`, source.rules),
    ...source.answers.flatMap((answer) => answerStep(answer, decidedAt)),
    step(decidedAt, outcome, `OMS was answered “${outcome}”`, `${took} s after the order came`),
    step(openedAt, 'step', `The case was opened, ${source.due}`, `policy ${source.policyVersion}`),
  ];
};

/** Steps that one timeline shows; of more, the oldest and the newest. */
const stepsMax = 120;

/** The way of an order from its receipt to OMS's acknowledgement, oldest first. */
export const timelineOf = (
  source: TimelineSource,
): { readonly steps: readonly Step[]; readonly openings: number; readonly left: number } => {
  const shown = source.audit.filter(({ action }) => !silent.has(action)).map(stepOf);
  const steps = [...ownSteps(source), ...shown].toSorted(
    (one, other) => one.at.getTime() - other.at.getTime(),
  );
  const isLong = steps.length > stepsMax;
  const half = stepsMax / 2;
  return {
    steps: isLong ? [...steps.slice(0, half), ...steps.slice(-half)] : steps,
    openings: source.audit.filter(({ action }) => action === 'case.read').length,
    left: isLong ? steps.length - stepsMax : 0,
  };
};
