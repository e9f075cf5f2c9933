import { clockTime, exactTime } from '../../parts/format.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { CsrfField } from '../../parts/controls.js';
import { type DeskState, hindranceOf } from './desk.js';

/** How many points of the banner's checklist are ticked. */
export const CheckCount = (
  props: Pick<DeskState, 'checklist' | 'checks'> & { readonly isSwap?: boolean },
) => {
  const { checklist, checks, isSwap } = props;
  const done = checklist.filter((point) => checks.some(({ item }) => item === point)).length;
  return (
    <span class="faint" id="check-count" hx-swap-oob={isSwap === true ? 'true' : undefined}>
      {done} of {checklist.length}
    </span>
  );
};

/** A checklist as its reader sees it. */
interface PointsProps extends Pick<DeskState, 'checklist' | 'checks' | 'me' | 'nameOf'> {
  readonly caseId: string;
  readonly csrf: string;
  readonly zone: string;
  /** Nothing can be ticked now. */
  readonly isFixed: boolean;
}

const Ticked = ({ check, props }: { check: DeskState['checks'][number]; props: PointsProps }) => (
  <span class="faint checked-by">
    {check.by === props.me ? 'You' : <bdi>{props.nameOf(check.by)}</bdi>},{' '}
    <time datetime={check.at} title={exactTime(new Date(check.at), props.zone)}>
      {clockTime(new Date(check.at), props.zone).slice(0, 5)}
    </time>
  </span>
);

/** One point: a form of its own, which a change of its box sends. */
const Point = ({ point, id, props }: { point: string; id: string; props: PointsProps }) => {
  const check = props.checks.find(({ item }) => item === point);
  const address = `/console/cases/${props.caseId}/checklist`;
  return (
    <form
      class="line"
      method="post"
      action={address}
      hx-post={address}
      hx-trigger="change"
      hx-target="#check-points"
      hx-swap="outerHTML"
    >
      <CsrfField token={props.csrf} />
      <input type="hidden" name="item" value={point} />
      <label class="tick">
        <input
          type="checkbox"
          id={id}
          name="ticked"
          value="true"
          checked={check !== undefined}
          disabled={props.isFixed}
        />
        <span>
          {point} {check && <Ticked check={check} props={props} />}
        </span>
      </label>
      {!props.isFixed && (
        <noscript>
          <button class="btn" data-size="s" type="submit">
            Save
          </button>
        </noscript>
      )}
    </form>
  );
};

/** The points of the checklist, and who ticked them. */
export const CheckPoints = (props: PointsProps) => (
  <div class="stack panel-body" id="check-points">
    {props.checklist.map((point, index) => (
      <Point point={point} id={`check-${index + 1}`} props={props} />
    ))}
  </div>
);

/** What a reviewer of the banner checks before a verdict; the next one sees what was done. */
export const Checklist = (props: {
  readonly view: CaseView;
  readonly desk: DeskState;
  readonly csrf: string;
  readonly zone: string;
  readonly bannerName: string;
  readonly mayAct: boolean;
}) => {
  const { view, desk, csrf, zone } = props;
  const { caseId, status } = view.detail;
  const hindrance = hindranceOf(desk, status);
  const isOpen = hindrance === undefined || hindrance === 'own_first_decision';
  return (
    <div class="pop at-decide-2" id="checklist" popover="auto" role="group" aria-label="Checklist">
      <h2>Before you decide at {props.bannerName}</h2>
      <CheckPoints {...{ ...desk, caseId, csrf, zone }} isFixed={!props.mayAct || !isOpen} />
      <p class="foot">Open points do not stop you.</p>
    </div>
  );
};
