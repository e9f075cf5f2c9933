import { printAmount, printWhole } from '../../../domain/case/figures.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { Icon } from '../../parts/icon.js';
import { CheckCount, Checklist } from './checklist.js';
import { hindranceOf } from './desk.js';
import { MarkForms } from './mark-forms.js';
import { Strip, type StripProps } from './strip.js';
import { outcomeWords } from './words.js';

export interface DecideProps extends StripProps {
  readonly bannerName: string;
  /** Whether the account's role may act on cases. */
  readonly mayAct: boolean;
  /** Whether it may take an escalation back. */
  readonly isLead: boolean;
}

type Side = 'accept' | 'reject';

const acts = { accept: 'Accept order', reject: 'Reject order' } as const;

const priceOf = ({ mistakes }: CaseView, side: Side): string =>
  side === 'accept'
    ? `if fraud, ${printWhole(mistakes.ifFraud.total)} lost`
    : `if honest, ${printWhole(mistakes.ifHonest.margin)} lost`;

/** Why a verdict cannot be given now, in the place of its price. */
const whyNot = ({ view, desk, mayAct }: DecideProps): string | undefined => {
  if (!mayAct) return 'not for your role';
  switch (hindranceOf(desk, view.detail.status)) {
    case 'closed':
      return 'the case is closed';
    case 'held_by_another':
      return `held by ${desk.nameOf(desk.claim?.by ?? '')}`;
    case 'pending':
      return `${outcomeWords[desk.pending?.outcome ?? 'accept'].toLowerCase()}, can be undone`;
    case 'own_first_decision':
      return 'needs somebody else';
    default:
      return undefined;
  }
};

const Verdict = (props: { side: Side; view: CaseView; hindrance: string | undefined }) => {
  const { side, hindrance } = props;
  return (
    <button
      class="btn verdict"
      type="button"
      data-kind={side}
      data-action={side}
      disabled={hindrance !== undefined}
      popovertarget={`${side}-codes`}
    >
      <Icon of={side} />
      <span class="act">{acts[side]}</span>
      <kbd>{side === 'accept' ? 'A' : 'R'}</kbd>
      <span class="if">{hindrance ?? priceOf(props.view, side)}</span>
    </button>
  );
};

const fourEyesWords = ({ desk: { fourEyesAbove, needsSecond } }: DecideProps): string => {
  if (fourEyesAbove === undefined) return '';
  const limit = printAmount(fourEyesAbove);
  return needsSecond
    ? `Above ${limit}: a second person must agree.`
    : `Under the limit of ${limit} for a second pair of eyes.`;
};

const undoWords = (windowMs: number): string =>
  windowMs === 0
    ? 'A number acts at once, and OMS is told at once.'
    : `A number acts at once; you can undo for ${Math.round(windowMs / 1000)} s.`;

const numbersMax = 9;

const Reasons = ({ side, props }: { side: Side; props: DecideProps }) => {
  const { view, desk, csrf } = props;
  const address = `/console/cases/${view.detail.caseId}/decision`;
  return (
    <form
      class={side === 'accept' ? 'pop at-decide' : 'pop at-decide-2'}
      id={`${side}-codes`}
      popover="auto"
      method="post"
      action={address}
      hx-post={address}
      hx-target="#main"
      hx-swap="outerHTML show:window:top"
      hx-disabled-elt="find .codes button"
    >
      <CsrfField token={csrf} />
      <input type="hidden" name="recommendationCode" value={side} />
      <h2>{side === 'accept' ? 'Accept' : 'Reject'} the order, because…</h2>
      <div class="codes" role="group" aria-label="Reasons">
        {desk.reasons[side].map(({ code, text }, index) => (
          <button type="submit" name="reasonCode" value={code}>
            {index < numbersMax ? <kbd>{index + 1}</kbd> : <span></span>}
            {text}
          </button>
        ))}
      </div>
      <label class="label-of foot">
        <span class="sr">Remark</span>
        <input
          class="field"
          type="text"
          name="remarks"
          placeholder="Remark, if a reason is not enough"
          maxlength={2000}
          autocomplete="off"
        />
      </label>
      <p class="foot">
        {undoWords(props.windowMs)} {fourEyesWords(props)}
      </p>
    </form>
  );
};

/** A form that is one button. */
const Act = (props: { caseId: string; act: string; csrf: string; children: unknown }) => (
  <form
    method="post"
    action={`/console/cases/${props.caseId}/${props.act}`}
    hx-post={`/console/cases/${props.caseId}/${props.act}`}
    hx-target="#main"
    hx-swap="outerHTML"
  >
    <CsrfField token={props.csrf} />
    {props.children}
  </form>
);

const Claiming = ({ view, desk, csrf, now }: DecideProps) => {
  const { caseId } = view.detail;
  const { claim, me } = desk;
  const isLive = claim !== undefined && claim.until > now;
  if (isLive && claim.by === me) {
    return (
      <Act caseId={caseId} act="release" csrf={csrf}>
        <Button type="submit" kind="quiet" action="release">
          Release
        </Button>
      </Act>
    );
  }
  if (isLive) {
    return (
      <Button action="claim" icon="lock" with={{ popovertarget: 'take-over-form' }}>
        Take over…
      </Button>
    );
  }
  return (
    <Act caseId={caseId} act="claim" csrf={csrf}>
      <Button type="submit" action="claim" icon="lock">
        Claim
      </Button>
    </Act>
  );
};

/** Only a team lead takes an escalation back; others see that it is escalated. */
const Escalating = (props: DecideProps & { readonly isHeld: boolean }) => {
  const isEscalated = props.desk.escalated !== undefined;
  const isForLeads = isEscalated && !props.isLead;
  return (
    <Button
      icon="escalate"
      letter="E"
      action="escalate"
      isDisabled={props.isHeld || isForLeads}
      with={{
        popovertarget: 'escalate-form',
        title: isForLeads ? 'Only a team lead takes an escalation back' : undefined,
      }}
    >
      {isForLeads ? 'Escalated' : isEscalated ? 'De-escalate' : 'Escalate'}
    </Button>
  );
};

const Marks = (props: DecideProps) => {
  const isOpen = props.view.detail.status === 'open';
  const hindrance = hindranceOf(props.desk, props.view.detail.status);
  const isHeld = hindrance === 'held_by_another' || hindrance === 'pending';
  const opens = (id: string) => ({ popovertarget: id });
  return (
    <div class="end">
      <Button icon="note" letter="N" action="note" with={opens('note-form')}>
        Note
      </Button>
      <Button icon="tag" letter="T" action="tag" with={opens('tag-form')}>
        Tag
      </Button>
      <Button with={opens('block-form')}>Block or allow…</Button>
      {isOpen && (
        <>
          <Button
            icon="hold"
            letter="H"
            action="hold"
            isDisabled={isHeld}
            with={opens('hold-form')}
          >
            Hold
          </Button>
          <Escalating {...props} isHeld={isHeld} />
          {props.desk.pending?.undoUntil === undefined && <Claiming {...props} />}
        </>
      )}
    </div>
  );
};

/** The decision bar: always in reach, accept and reject of equal weight. */
export const DecideBar = (props: DecideProps) => {
  const { view, desk, mayAct, now } = props;
  const hindrance = whyNot(props);
  const isOwn = desk.claim?.by === desk.me && desk.claim.until > now;
  const heartbeat = isOwn ? `/console/cases/${view.detail.caseId}/heartbeat` : undefined;
  return (
    <>
      <section class="decide" aria-label="Decision" data-heartbeat={heartbeat}>
        <Strip {...props} />
        <div class="decide-row">
          <Verdict side="accept" view={view} hindrance={hindrance} />
          <Verdict side="reject" view={view} hindrance={hindrance} />
          {desk.checklist.length > 0 && (
            <Button icon="check" with={{ popovertarget: 'checklist' }}>
              Checklist <CheckCount {...desk} />
            </Button>
          )}
          {mayAct && <Marks {...props} />}
        </div>
      </section>
      {mayAct && (
        <>
          <Reasons side="accept" props={props} />
          <Reasons side="reject" props={props} />
          <MarkForms {...props} />
        </>
      )}
      {desk.checklist.length > 0 && <Checklist {...props} />}
    </>
  );
};
