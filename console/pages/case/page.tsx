import type { CaseView } from '../../../services/case-view/view.js';
import { Notice } from '../../parts/notices.js';
import { ComparePanel } from './compare.js';
import { CountsPanel } from './counts.js';
import { DecideBar, type DecideProps } from './decide.js';
import { EarlierPanel } from './earlier.js';
import { EvidencePanel } from './evidence.js';
import { GoodsPanel } from './goods.js';
import { CaseHead, type HeadProps } from './head.js';
import { LinkedPlace } from './linked.js';
import { NotesPanel } from './notes.js';
import { ScorePanel } from './score.js';
import { TimelinePanel } from './timeline.js';
import { VotesPanel } from './votes.js';
import { ChangePanel, CostPanel, LedgerPanel } from './weigh.js';

/** What happened to the last act of the viewer, in one sentence. */
export interface Told {
  readonly isRefusal: boolean;
  readonly words: string;
}

export interface CaseProps extends HeadProps, DecideProps {
  readonly told: Told | undefined;
  /** Mentions of the viewer that are unread. */
  readonly mentions: number;
}

const isAllDown = ({ answers }: CaseView): boolean =>
  answers.some(({ kind }) => kind === 'unavailable') &&
  answers.every(({ kind }) => kind !== 'answered');

/** Filled by script when somebody else changes the open case. */
const Changed = ({ here }: { here: string }) => (
  <div data-changed role="status" hidden>
    <Notice
      icon="review"
      is="review"
      aside={
        <a href={here} data-action="read-anew">
          Show
        </a>
      }
    >
      <b>Changed while you read:</b> <span data-changed-words></span>
    </Notice>
  </div>
);

const Notices = ({ view, place, told }: CaseProps) => (
  <>
    <Changed here={place.here} />
    {told && (
      <div role="status">
        {told.isRefusal ? (
          <Notice icon="review" is="review">
            {told.words}
          </Notice>
        ) : (
          <Notice icon="check">{told.words}</Notice>
        )}
      </div>
    )}
    {view.detail.omsReason !== null && (
      <Notice icon="review" is="review">
        <b>OMS refused the last verdict</b> (status {view.detail.omsStatus}):{' '}
        <bdi>{view.detail.omsReason}</bdi>
      </Notice>
    )}
    {isAllDown(view) && (
      <Notice icon="down" is="down">
        <b>No partner has answered.</b> They are asked again by themselves.
      </Notice>
    )}
    {view.detail.sameOrder.length > 0 && (
      <Notice icon="order">
        The order has {view.detail.sameOrder.length} more shipment{' '}
        {view.detail.sameOrder.length === 1 ? 'group' : 'groups'}:{' '}
        {view.detail.sameOrder
          .map(({ groupId, status }) => `group ${groupId} is ${status.replaceAll('_', ' ')}`)
          .join(', ')}
        .
      </Notice>
    )}
  </>
);

/** The case page: what a person needs to decide one order. */
export const CasePage = (props: CaseProps) => {
  const { view, desk, now, zone } = props;
  const { caseId, transactionStatus } = view.detail;
  return (
    <main class="page case" id="main" data-case-id={caseId} data-status={transactionStatus}>
      <CaseHead {...props} />
      <div class="case-body">
        <Notices {...props} />
        <div class="case-grid">
          <div class="stack">
            <ScorePanel view={view} />
            <ComparePanel view={view} />
            <GoodsPanel view={view} />
          </div>
          <div class="stack">
            <VotesPanel view={view} lateAnswers={view.detail.lateAnswers} now={now} zone={zone} />
            <LedgerPanel view={view} />
            <CostPanel view={view} />
            <ChangePanel view={view} />
          </div>
        </div>
        <div class="half">
          <CountsPanel view={view} />
          <EarlierPanel view={view} now={now} zone={zone} />
        </div>
        <LinkedPlace caseId={caseId} />
        <div class="half">
          <TimelinePanel view={view} zone={zone} desk={desk} runAddress={props.runAddress} />
          <div class="stack">
            <EvidencePanel view={view} now={now} zone={zone} />
            <NotesPanel desk={desk} now={now} zone={zone} />
          </div>
        </div>
      </div>
      <DecideBar {...props} />
    </main>
  );
};
