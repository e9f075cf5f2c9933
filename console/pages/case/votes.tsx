import type { Outcome } from '../../../contracts/hbc/decision.js';
import type { PartnerAnswer } from '../../../domain/votes.js';
import type { CaseDetail } from '../../../contracts/v1/cases.js';
import type { OrderFacts } from '../../../services/case-view/view.js';
import { Age } from '../../parts/format.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { faultWords, partnerTitle } from './words.js';

const voteWords: Readonly<Record<Outcome, string>> = {
  accept: 'Accept',
  review: 'Review',
  reject: 'Reject',
};

const texts = (value: unknown): string[] => {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value === 'object' && value !== null) {
    const named = value as Readonly<Record<string, unknown>>;
    return texts(named['name'] ?? named['id'] ?? named['description'] ?? named['code']);
  }
  return [];
};

/** Names under which partners list the rules and reasons of their answer. */
const reasonFields = ['rules', 'rulesTriggered', 'reasonCodes', 'reasons', 'signals', 'reasonCode'];

/** Rules shown of one answer; the rest is in the raw record. */
const reasonsShown = 3;

const reasonsOf = (evidence: Readonly<Record<string, unknown>>): string => {
  const found = reasonFields.flatMap((field) => texts(evidence[field]));
  const more = found.length > reasonsShown ? ` and ${found.length - reasonsShown} more` : '';
  return found.length === 0 ? '' : ` · its rules ${found.slice(0, reasonsShown).join(', ')}${more}`;
};

const Answered = (props: {
  answer: PartnerAnswer & { readonly kind: 'answered' };
  outcome: Outcome;
}) => (
  <div class="vote">
    <span class="name">{partnerTitle(props.answer.partner)}</span>
    <span>
      says <b>{props.answer.label.replaceAll('_', ' ')}</b>, counts as
    </span>
    <StateMark is={props.outcome}>{voteWords[props.outcome]}</StateMark>
    <span class="more">
      {Math.round(props.answer.latencyMs)} ms{reasonsOf(props.answer.evidence)}
    </span>
  </div>
);

const Silent = (props: {
  answer: PartnerAnswer & { readonly kind: 'unavailable' };
  outcome: Outcome | undefined;
  late: string | undefined;
}) => (
  <div class="vote">
    <span class="name">{partnerTitle(props.answer.partner)}</span>
    <span>{faultWords[props.answer.fault]}; counts as</span>
    <StateMark is="down">{voteWords[props.outcome ?? 'review']}</StateMark>
    <span class="more">
      {Math.round(props.answer.latencyMs)} ms ·{' '}
      {props.late ?? (props.answer.retryable ? 'asked again by itself' : 'not asked again')}
    </span>
  </div>
);

const Absent = (props: { partner: string; words: string }) => (
  <div class="vote">
    <span class="name">{partnerTitle(props.partner)}</span>
    <Unsaid>{props.words}</Unsaid>
    <span class="faint">no vote</span>
  </div>
);

type LateAnswers = CaseDetail['lateAnswers'];

const Vote = (props: { view: OrderFacts; answer: PartnerAnswer; lateAnswers: LateAnswers }) => {
  const { answer } = props;
  const vote = props.view.votes.find(({ source }) => source === answer.partner);
  const late = props.lateAnswers.find(({ partner }) => partner === answer.partner);
  switch (answer.kind) {
    case 'answered':
      return <Answered answer={answer} outcome={vote?.outcome ?? answer.outcome} />;
    case 'unavailable':
      return (
        <Silent
          answer={answer}
          outcome={vote?.outcome}
          late={late && `answered later: ${String(late['label'] ?? late['outcome'])}`}
        />
      );
    case 'disabled':
      return answer.reason === undefined ? null : (
        <Absent partner={answer.partner} words={`not asked: ${answer.reason}`} />
      );
    case 'not_applicable':
    case 'skipped':
      return <Absent partner={answer.partner} words={`not asked: ${answer.reason}`} />;
    default:
      return answer satisfies never;
  }
};

const Issuer = ({ view: { issuer } }: { view: OrderFacts }) => (
  <div class="vote">
    <span class="name">Issuer</span>
    <span>{issuer.isAddressWrong ? <b>{issuer.address}</b> : issuer.address}</span>
    <span class="mono faint" title="The processor's address code">
      {issuer.avsCode === '' ? 'no code' : `AVS ${issuer.avsCode}`}
    </span>
    <span class="more">
      {issuer.cardCode === undefined ? (
        <>
          Card code: <Unsaid>not told</Unsaid>
        </>
      ) : (
        <span class={issuer.isCardCodeWrong ? 'soft' : undefined}>
          {issuer.isCardCodeWrong ? <b>{issuer.cardCode}</b> : issuer.cardCode}
        </span>
      )}
      {' · '}
      {issuer.isApproved ? issuer.authorisation : <b>{issuer.authorisation}</b>}
    </span>
  </div>
);

const Policy = ({ view }: { view: OrderFacts }) => (
  <>
    {view.votes
      .filter(({ source }) => source === 'policy')
      .map(({ outcome, label }) => (
        <div class="vote">
          <span class="name">Policy</span>
          <span>{label}, counts as</span>
          <StateMark is={outcome}>{voteWords[outcome]}</StateMark>
        </div>
      ))}
  </>
);

/** Each partner's vote in its own words, the policy's, and what the issuer said. */
export const VotesPanel = ({
  view,
  lateAnswers = [],
  now,
  zone,
}: {
  view: OrderFacts;
  /** What partners answered after the decision. */
  lateAnswers?: LateAnswers;
  now: Date;
  zone: string;
}) => (
  <section class="panel" aria-labelledby="votes-h">
    <div class="panel-head">
      <h2 id="votes-h">Partners and issuer</h2>
      <span class="aside">
        <span>
          asked <Age at={view.decidedAt} now={now} zone={zone} /> ago
        </span>
      </span>
    </div>
    {view.answers.map((answer) => (
      <Vote view={view} answer={answer} lateAnswers={lateAnswers} />
    ))}
    <Policy view={view} />
    <Issuer view={view} />
  </section>
);
