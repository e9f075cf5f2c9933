import type { Outcome } from '../../../contracts/hbc/decision.js';
import type { LastDecision } from '../../../services/case-view/last-decision.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { clockTime, exactTime } from '../../parts/format.js';
import { StateMark } from '../../parts/state.js';
import { type DeskState, hindranceOf, type PendingDecision } from './desk.js';
import { NextButton } from './next.js';
import { outcomeWords } from './words.js';

const secondMs = 1000;

const secondsLeft = (until: Date, now: Date): number =>
  Math.max(0, Math.ceil((until.getTime() - now.getTime()) / secondMs));

const told: Readonly<Record<'accept' | 'reject', string>> = {
  accept: 'OMS is told to process it.',
  reject: 'OMS is told to cancel it.',
};

interface UndoProps {
  readonly caseId: string;
  readonly csrf: string;
  readonly outcome: 'accept' | 'reject';
  readonly what: string;
  readonly reason: string;
  readonly until: Date;
  readonly windowMs: number;
  readonly now: Date;
  readonly isOwn: boolean;
}

const Undo = (props: UndoProps) => {
  const left = secondsLeft(props.until, props.now);
  return (
    <div class="undo" role="status" data-undo-seconds={String(left)} data-undo-case={props.caseId}>
      <StateMark is={props.outcome}>{props.what}</StateMark>
      <span class="soft cut">
        {props.reason}. In <b>{left} s</b> {told[props.outcome]}
      </span>
      {props.isOwn && (
        <form
          method="post"
          action={`/console/cases/${props.caseId}/undo`}
          hx-post={`/console/cases/${props.caseId}/undo`}
          hx-target="#main"
          hx-swap="outerHTML"
        >
          <CsrfField token={props.csrf} />
          <Button type="submit" size="s" icon="undo" letter="Z" action="undo">
            Undo
          </Button>
        </form>
      )}
      <progress
        max={Math.max(1, left, Math.round(props.windowMs / secondMs))}
        value={left}
        aria-label="Seconds left to undo"
      ></progress>
    </div>
  );
};

const Words = (props: { is: Outcome | 'none'; title: string; csrf: string; children: unknown }) => (
  <div class="undo" role="status">
    <StateMark is={props.is}>{props.title}</StateMark>
    <span class="soft cut">{props.children}</span>
    <NextButton csrf={props.csrf} />
  </div>
);

export interface StripProps {
  readonly view: CaseView;
  readonly desk: DeskState;
  readonly last: LastDecision | undefined;
  readonly now: Date;
  readonly zone: string;
  readonly csrf: string;
  readonly windowMs: number;
}

const Closed = ({ view, desk, zone, csrf }: StripProps) => {
  const { nameOf } = desk;
  const last = view.detail.verdicts.at(-1);
  if (last === undefined) {
    return (
      <Words is="none" title="Closed" csrf={csrf}>
        The case ended without a verdict of a person.
      </Words>
    );
  }
  const by = {
    api: `by ${nameOf(last.reviewer)}`,
    signal: `by ${last.reviewer === '' ? 'a signal' : nameOf(last.reviewer)}`,
    expiry: 'because the time for a review was over',
    partners: 'because the missing votes came and all accept',
  }[last.source];
  return (
    <Words is={last.outcome} title={outcomeWords[last.outcome]} csrf={csrf}>
      {by}, {exactTime(new Date(last.decidedAt), zone)}
      {last.remarks !== '' && `: ${last.remarks}`}. Nothing is left to decide.
    </Words>
  );
};

const Second = (props: {
  pending: PendingDecision;
  reason: string;
  desk: DeskState;
  csrf: string;
}) => (
  <div class="undo" role="status">
    <StateMark is={props.pending.outcome}>
      {outcomeWords[props.pending.outcome]}, a second person must agree
    </StateMark>
    <span class="soft cut">
      {props.pending.by === props.desk.me ? (
        'You'
      ) : (
        <bdi>{props.desk.nameOf(props.pending.by)}</bdi>
      )}{' '}
      said: {props.reason}.{' '}
      {props.pending.by === props.desk.me
        ? 'Somebody else has to look, since the order is above the limit.'
        : 'Say the same to let it happen, or the other to put yours in its place.'}
    </span>
    <NextButton csrf={props.csrf} />
  </div>
);

const reasonText = ({ reasons }: DeskState, { outcome, reasonCode }: PendingDecision): string =>
  reasons[outcome].find(({ code }) => code === reasonCode)?.text ?? reasonCode.replaceAll('_', ' ');

/** A decision that has not reached OMS: about this case, or the viewer's about the last one. */
const Pending = ({ view, desk, last, now, csrf, windowMs }: StripProps) => {
  const { caseId, orderId } = view.detail;
  const { pending, me } = desk;
  const common = { csrf, windowMs, now };
  if (pending?.undoUntil !== undefined) {
    const by = pending.by === me ? 'you' : desk.nameOf(pending.by);
    return (
      <Undo
        {...common}
        caseId={caseId}
        outcome={pending.outcome}
        what={`${outcomeWords[pending.outcome]} by ${by}`}
        reason={reasonText(desk, pending)}
        until={pending.undoUntil}
        isOwn={pending.by === me || pending.confirmedBy === me}
      />
    );
  }
  if (last === undefined || last.undoUntil <= now) return undefined;
  return (
    <Undo
      {...common}
      caseId={last.caseId}
      outcome={last.outcome}
      what={`${outcomeWords[last.outcome]} ${last.orderId === orderId ? 'it' : last.orderId}`}
      reason={last.reason}
      until={last.undoUntil}
      isOwn
    />
  );
};

/** Whether the strip itself leads to the next case, since nothing can be decided here now. */
export const stripLeadsOn = ({ view, desk, last, now }: Omit<StripProps, 'csrf'>): boolean => {
  const { pending } = desk;
  if (pending?.state === 'applying') return true;
  if (pending?.undoUntil !== undefined || (last !== undefined && last.undoUntil > now))
    return false;
  return pending !== undefined || hindranceOf(desk, view.detail.status) !== undefined;
};

/** The strip above the decision bar: what is pending, who holds the case, or how it ended. */
export const Strip = (props: StripProps) => {
  const { view, desk, zone, csrf } = props;
  const { pending, claim } = desk;
  if (pending?.state === 'applying') {
    return (
      <Words is={pending.outcome} title={outcomeWords[pending.outcome]} csrf={csrf}>
        {reasonText(desk, pending)}. The run is being told now.
      </Words>
    );
  }
  const waiting = Pending(props);
  if (waiting !== undefined) return waiting;
  switch (hindranceOf(desk, view.detail.status)) {
    case 'closed':
      return <Closed {...props} />;
    case 'held_by_another':
      return (
        <Words is="none" title="Read only" csrf={csrf}>
          <bdi>{desk.nameOf(claim?.by ?? '')}</bdi> works on this case until{' '}
          {claim && clockTime(claim.until, zone).slice(0, 5)}. Take it over with a reason, or open
          the next one.
        </Words>
      );
    default:
      return pending === undefined ? null : (
        <Second pending={pending} reason={reasonText(desk, pending)} desk={desk} csrf={csrf} />
      );
  }
};
