import { type Step, type StepShape, timelineOf } from '../../../domain/case/timeline.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { clockTime, exactTime } from '../../parts/format.js';
import { Icon } from '../../parts/icon.js';
import { Mark } from '../../parts/state.js';
import type { DeskState } from './desk.js';

const Shape = ({ of }: { of: StepShape }) => {
  switch (of) {
    case 'accept':
    case 'review':
    case 'reject':
      return <Mark icon={of} is={of} word={of} />;
    case 'down':
      return <Mark icon="down" is="down" word="no answer" />;
    case 'step':
      return <i></i>;
    default:
      return <Icon of={of} />;
  }
};

const dayOf = (at: Date, zone: string): string => exactTime(at, zone).split(', ', 2).join(', ');

interface RowProps {
  readonly step: Step;
  readonly zone: string;
  readonly desk: Pick<DeskState, 'me' | 'nameOf'>;
  readonly day: string | undefined;
}

const Row = ({ step, zone, desk, day }: RowProps) => {
  const who = step.actor === desk.me ? 'You' : step.actor && desk.nameOf(step.actor);
  return (
    <>
      {day && (
        <li class="day">
          <span class="faint">{day}</span>
        </li>
      )}
      <li>
        <time datetime={step.at.toISOString()} title={exactTime(step.at, zone)}>
          {clockTime(step.at, zone)}
        </time>
        <span class="node">
          <Shape of={step.shape} />
        </span>
        <div>
          {who && (
            <>
              <bdi>{who}</bdi>{' '}
            </>
          )}
          {step.did} {step.detail !== '' && <span class="faint">{step.detail}</span>}
        </div>
      </li>
    </>
  );
};

const whatComes = (status: string): string => {
  if (status === 'closed') return 'The case is closed.';
  return (
    'After a verdict: the run is told, OMS processes or cancels the order, and Sardine hears ' +
    'how it ended.'
  );
};

/** The way of the order from its receipt to OMS's acknowledgement, with who and why. */
export const TimelinePanel = (props: {
  view: CaseView;
  zone: string;
  desk: Pick<DeskState, 'me' | 'nameOf'>;
  runAddress: string | undefined;
}) => {
  const { view, zone, desk } = props;
  const { detail } = view;
  const { steps, openings, left } = timelineOf({
    receivedAt: view.receivedAt,
    decidedAt: view.decidedAt,
    outcome: detail.answered.recommendationCode,
    score: detail.totalScore,
    rules: `${view.rules.length} rules tripped`,
    openedAt: new Date(detail.openedAt),
    due: `due ${exactTime(new Date(detail.dueAt), zone)}`,
    policyVersion: detail.policyVersion,
    answers: view.answers,
    audit: detail.timeline,
  });
  const days = steps.map(({ at }) => dayOf(at, zone));
  return (
    <section class="panel" id="timeline" aria-labelledby="time-h">
      <div class="panel-head">
        <h2 id="time-h">Timeline</h2>
        <span class="aside">
          {props.runAddress && (
            <a href={props.runAddress} rel="noreferrer">
              Run in Temporal <Icon of="out" />
            </a>
          )}
        </span>
      </div>
      <ol class="times panel-body">
        {steps.map((step, index) => (
          <Row
            step={step}
            zone={zone}
            desk={desk}
            day={days[index] === days[index - 1] ? undefined : days[index]}
          />
        ))}
      </ol>
      <p class="panel-foot">
        {left > 0 && `${left} steps in the middle are left out. `}
        Opened {openings} {openings === 1 ? 'time' : 'times'}, each kept in the audit log.{' '}
        {whatComes(detail.status)}
      </p>
    </section>
  );
};
