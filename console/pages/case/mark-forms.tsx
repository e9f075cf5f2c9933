import type { Child } from 'hono/jsx';
import { normaliseIp } from '../../../domain/ip-address.js';
import { spellingsOf } from '../../../domain/subjects.js';
import { zonedMinute } from '../../../domain/zoned-day.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { exactTime } from '../../parts/format.js';
import type { DeskState } from './desk.js';
import { subjectValue, subjectWords } from './words.js';

interface FormsProps {
  readonly view: CaseView;
  readonly desk: DeskState;
  readonly csrf: string;
  readonly now: Date;
  readonly zone: string;
}

const Pop = (props: {
  id: string;
  act: string;
  title: string;
  caseId: string;
  csrf: string;
  foot?: string | undefined;
  children: Child;
}) => {
  const address = `/console/cases/${props.caseId}/${props.act}`;
  return (
    <form
      class="pop at-decide-end"
      id={props.id}
      popover="auto"
      method="post"
      action={address}
      hx-post={address}
      hx-target="#main"
      hx-swap="outerHTML"
    >
      <CsrfField token={props.csrf} />
      <h2>{props.title}</h2>
      <div class="panel-body stack">{props.children}</div>
      {props.foot && <p class="foot">{props.foot}</p>}
    </form>
  );
};

const textMax = 2000;

const Reason = ({ words, isNeeded }: { words: string; isNeeded: boolean }) => (
  <label class="label-of">
    Why
    <input
      class="field"
      type="text"
      name="reason"
      required={isNeeded}
      maxlength={500}
      placeholder={words}
      autocomplete="off"
      autofocus
    />
  </label>
);

const Submit = ({ children }: { children: Child }) => (
  <p class="line">
    <Button type="submit" kind="main">
      {children}
    </Button>
  </p>
);

const holds = [
  ['1', 'for an hour'],
  ['4', 'for 4 hours'],
  ['24', 'for a day'],
  ['72', 'for 3 days'],
] as const;

const listDays = [30, 90, 180] as const;

/** Subjects of the order that a list can have; a value that the order lacks is left out. */
const listable = ({ order }: CaseView) =>
  (['card', 'email', 'account', 'device', 'ip', 'address'] as const).filter((subject) => {
    switch (subject) {
      case 'card':
        return true;
      case 'device':
        return order.additionalData?.inAuthId !== undefined;
      case 'ip':
        return normaliseIp(order.ipAddress ?? '') !== undefined;
      case 'address':
        return spellingsOf(order).some(({ streetLineOne }) => streetLineOne.trim() !== '');
      default:
        return subjectValue(order, subject).trim() !== '';
    }
  });

const BlockForm = ({ view, csrf }: FormsProps) => (
  <Pop
    id="block-form"
    act="lists"
    title="Block or allow"
    caseId={view.detail.caseId}
    csrf={csrf}
    foot="It does not decide this order."
  >
    <fieldset class="stack">
      <legend class="sr">What</legend>
      {listable(view).map((subject) => (
        <label class="tick">
          <input type="checkbox" name="subject" value={subject} />
          <span>
            {subjectWords[subject].label}{' '}
            <bdi class="soft">{subjectValue(view.order, subject)}</bdi>
          </span>
        </label>
      ))}
    </fieldset>
    <Reason words="Kept in the audit log" isNeeded />
    <label class="label-of">
      Until
      <select class="field" name="days">
        {listDays.map((days) => (
          <option value={days}>for {days} days</option>
        ))}
      </select>
    </label>
    <p class="line">
      <button class="btn" type="submit" name="list" value="block" data-kind="reject">
        Block these
      </button>
      <button class="btn" type="submit" name="list" value="allow" data-kind="accept">
        Allow these
      </button>
    </p>
  </Pop>
);

const TagForm = ({ view, desk, csrf }: FormsProps) => (
  <Pop id="tag-form" act="tags" title="Tags" caseId={view.detail.caseId} csrf={csrf}>
    <label class="label-of">
      New tag
      <input
        class="field"
        type="text"
        name="tag"
        maxlength={40}
        required
        placeholder="such as called or gift"
        autocomplete="off"
        autofocus
      />
    </label>
    <Submit>Add tag</Submit>
    {/* Enter presses the first button of a form: it must not be one that removes. */}
    {desk.tags.length > 0 && (
      <div class="line">
        {desk.tags.map((tag) => (
          <button class="btn" type="submit" data-size="s" name="remove" value={tag} formnovalidate>
            Remove <bdi>{tag}</bdi>
          </button>
        ))}
      </div>
    )}
  </Pop>
);

const NoteForm = ({ view, csrf }: FormsProps) => (
  <Pop id="note-form" act="notes" title="Note" caseId={view.detail.caseId} csrf={csrf}>
    <label class="label-of">
      <span class="sr">Note</span>
      <textarea
        class="field"
        name="text"
        rows={4}
        required
        maxlength={textMax}
        autofocus
        placeholder="What should the next person know? @name tells somebody."
      ></textarea>
    </label>
    <p class="line">
      <Button type="submit" kind="main">
        Save note
      </Button>
      <span class="faint">Ctrl Enter</span>
    </p>
  </Pop>
);

/** A hold does not move the deadline: at that time the review ends by itself. */
const deadlineWords = ({ view, now, zone }: FormsProps): string => {
  const due = new Date(view.detail.dueAt);
  const when = exactTime(due, zone);
  return due < now ? `It was due ${when}.` : `It stays due ${when}.`;
};

const HoldForm = (props: FormsProps) => (
  <Pop
    id="hold-form"
    act="hold"
    title="Hold until…"
    caseId={props.view.detail.caseId}
    csrf={props.csrf}
    foot={`It comes last until then. ${deadlineWords(props)}`}
  >
    <label class="label-of">
      Hold
      <select class="field" name="hours" autofocus>
        {holds.map(([hours, words]) => (
          <option value={hours}>{words}</option>
        ))}
      </select>
    </label>
    <label class="label-of">
      Or until
      <input
        class="field"
        type="datetime-local"
        name="until"
        min={zonedMinute(props.now, props.zone)}
      />
    </label>
    <Reason words="What you wait for" isNeeded={false} />
    <p class="line">
      <Button type="submit" kind="main">
        Hold the case
      </Button>
      {props.desk.heldUntil && (
        <Button type="submit" with={{ name: 'end', value: 'true', formnovalidate: true }}>
          End the hold now
        </Button>
      )}
    </p>
  </Pop>
);

const EscalateForm = ({ view, desk, csrf }: FormsProps) => (
  <Pop
    id="escalate-form"
    act="escalation"
    title={desk.escalated ? 'Take the escalation back' : 'Escalate'}
    caseId={view.detail.caseId}
    csrf={csrf}
    foot={desk.escalated ? undefined : 'It comes before all other cases that are not overdue.'}
  >
    {desk.escalated && <input type="hidden" name="end" value="true" />}
    <Reason words="What somebody should look at" isNeeded={!desk.escalated} />
    <Submit>{desk.escalated ? 'Take it back' : 'Escalate the case'}</Submit>
  </Pop>
);

/** The forms of everything but the verdict; each is a popover above the decision bar. */
export const MarkForms = (props: FormsProps) => (
  <>
    <NoteForm {...props} />
    <TagForm {...props} />
    <BlockForm {...props} />
    <HoldForm {...props} />
    <EscalateForm {...props} />
    <Pop
      id="take-over-form"
      act="take-over"
      title="Take the case over"
      caseId={props.view.detail.caseId}
      csrf={props.csrf}
    >
      <Reason words="The other person reads it" isNeeded />
      <Submit>Take it over</Submit>
    </Pop>
  </>
);
