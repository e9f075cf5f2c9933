import { printAmount, printWhole, listOf } from '../../../domain/case/figures.js';
import { labelledMin, readChance } from '../../../domain/case/mistakes.js';
import type { Change, MissingVote, Without } from '../../../domain/case/what-would-change.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { Icon } from '../../parts/icon.js';
import { interval, type Likely, likelyOf, share } from './likely.js';
import { partnerTitle } from './words.js';

const Lines = ({ lines }: { lines: readonly string[] }) => (
  <ul>
    {lines.map((line) => (
      <li>{line}</li>
    ))}
  </ul>
);

/** What speaks for the order, and what nobody has said: the score lists neither. */
export const LedgerPanel = ({ view: { ledger } }: { view: CaseView }) => (
  <section class="panel" aria-labelledby="ledger-h">
    <div class="panel-head">
      <h2 id="ledger-h">What the score does not say</h2>
    </div>
    <div class="ledger">
      <div>
        <h3>
          <Icon of="plus" />
          Speaks for the order
        </h3>
        {ledger.speaksFor.length === 0 ? (
          <p class="faint">Nothing that we know.</p>
        ) : (
          <Lines lines={ledger.speaksFor} />
        )}
      </div>
      <div class="unknown">
        <h3>
          <Icon of="unknown" />
          Nobody has said
        </h3>
        {ledger.nobodySaid.length === 0 ? (
          <p class="faint">Everything that we ask was said.</p>
        ) : (
          <Lines lines={ledger.nobodySaid} />
        )}
      </div>
    </div>
  </section>
);

/** The end of the axis: a round share above everything that is drawn. */
const axisEnd = (chance: Likely, breakEven: number): number =>
  Math.min(1, Math.ceil((Math.max(chance.high, breakEven) + 0.1) * 10) / 10);

/** Words at both ends of the axis need this much room, in percent. */
const endRoom = 12;

const ChancePlot = ({ chance, breakEven }: { chance: Likely; breakEven: number }) => {
  const end = axisEnd(chance, breakEven);
  const at = (value: number): string => `${Math.round((10_000 * value) / end) / 100}%`;
  const anchor = (value: number): string => {
    if (value / end < 0.15) return 'start';
    return value / end > 0.85 ? 'end' : 'middle';
  };
  const evenAt = (100 * breakEven) / end;
  return (
    <svg
      class="price"
      role="img"
      aria-label={
        `${chance.orders}: ${share(chance.share)}, ` +
        `between ${share(chance.low)} and ${share(chance.high)}. ` +
        `Accepting pays while the chance is below ${share(breakEven)}.`
      }
    >
      <rect class="track" x="0" y="20" width="100%" height="10" rx="2" />
      <rect
        class="range"
        x={at(chance.low)}
        y="20"
        width={at(chance.high - chance.low)}
        height="10"
      />
      <circle class="at" cx={at(chance.share)} cy="25" r="5" />
      <line class="even" x1={at(breakEven)} x2={at(breakEven)} y1="14" y2="36" />
      <text x={at(chance.share)} y="11" text-anchor={anchor(chance.share)}>
        {share(chance.share)} were fraud
      </text>
      <text x={at(breakEven)} y="49" text-anchor={anchor(breakEven)}>
        {share(breakEven)} break-even
      </text>
      {evenAt > 2 * endRoom && (
        <text x="0" y="49">
          0 %
        </text>
      )}
      {evenAt < 100 - 2 * endRoom && (
        <text x="100%" y="49" text-anchor="end">
          {share(end)}
        </text>
      )}
    </svg>
  );
};

const readings = {
  accepting_pays: 'is below break-even: by figures alone, accepting pays.',
  rejecting_pays: 'is above break-even: by figures alone, rejecting pays.',
  open: 'reaches past break-even: figures alone do not settle it.',
} as const;

const ChanceWords = ({ view }: { view: CaseView }) => {
  const { breakEven, labelled } = view.mistakes;
  if (view.erroredRules.length > 0) {
    return (
      <p class="faint">
        No chance can be given: the score lacks what could not be evaluated, so nobody knows which
        orders are like this one.
      </p>
    );
  }
  const chance = likelyOf(view);
  if (chance === undefined || breakEven === undefined) {
    return (
      <p class="faint">
        Too few labelled orders like this ({labelled} of {labelledMin}) to say a chance.
      </p>
    );
  }
  return (
    <>
      <ChancePlot chance={chance} breakEven={breakEven} />
      <p class="faint">
        The range ({interval(chance)}) {readings[readChance(chance, breakEven)]}
      </p>
    </>
  );
};

/** What is lost if the verdict is wrong, either way, and how often such orders were fraud. */
export const CostPanel = ({ view }: { view: CaseView }) => {
  const { ifFraud, ifHonest, estimatedLines } = view.mistakes;
  const likely = likelyOf(view);
  const about = estimatedLines > 0 ? 'about ' : '';
  return (
    <section class="panel" aria-labelledby="cost-h">
      <div class="panel-head">
        <h2 id="cost-h">What each mistake costs</h2>
        {likely && (
          <span class="aside" title={likely.likeness}>
            {likely.basis}
          </span>
        )}
      </div>
      <div class="panel-body stack">
        <dl class="mistakes">
          <div>
            <dt>Accepted, and it is fraud</dt>
            <dd>
              {about}
              {printAmount(ifFraud.total)}{' '}
              <small>
                goods {printAmount(ifFraud.goods)}, fee {printAmount(ifFraud.fee)}
              </small>
            </dd>
          </div>
          <div>
            <dt>Rejected, and it is honest</dt>
            <dd>
              {about}
              {printAmount(ifHonest.margin)}{' '}
              <small>
                margin
                {ifHonest.year === undefined
                  ? '; a new customer'
                  : `; ${printWhole(ifHonest.year)} a year at stake`}
              </small>
            </dd>
          </div>
        </dl>
        <ChanceWords view={view} />
      </div>
    </section>
  );
};

const policyWords = {
  reviewAll: 'the policy that reviews every order',
  agreeingReviewsReject: 'the policy that rejects on two reviews',
  automaticReject: 'the policy that sends rejects to a person',
  reviewedRejectShare: 'the policy that sends a random share of rejects to a person',
} as const;

const partsOf = ({ rules, partners, policy }: Without): string[] => [
  ...rules,
  ...(partners.length > 0
    ? [`the ${partners.length > 1 ? 'votes' : 'vote'} of ${listOf(partners.map(partnerTitle))}`]
    : []),
  ...policy.map((part) => policyWords[part]),
];

/** More parts than this are counted, not listed. */
const partsShown = 4;

const withoutWords = (set: Without): string => {
  const parts = partsOf(set);
  return parts.length > partsShown
    ? listOf([...parts.slice(0, partsShown), `${parts.length - partsShown} more`])
    : listOf(parts);
};

const done = { accept: 'accepted', review: 'still here', reject: 'rejected' } as const;

const ChangeLine = ({ change, score }: { change: Change; score: number }) => {
  const [first, ...rest] = change.sets;
  if (first === undefined) return null;
  // Long lists differ in what is cut off.
  const others = partsOf(first).length > partsShown ? [] : rest;
  return (
    <li>
      Without <b>{withoutWords(first)}</b>
      {first.score !== score && ` the score would be ${first.score} and`} it would have been{' '}
      <b>{done[change.to]}</b>
      {others.length > 0 && (
        <span class="soft">; so it would without {listOf(others.map(withoutWords), 'or')}</span>
      )}
      {(change.isMore || others.length < rest.length) && (
        <span class="faint"> and in other ways of the same size</span>
      )}
      .
    </li>
  );
};

const MissingLine = ({ vote: { partner, ifAccept, ifReject } }: { vote: MissingVote }) =>
  ifAccept === ifReject ? (
    <li>
      Whatever {partnerTitle(partner)} still answers, it is <b>{done[ifAccept]}</b>.
    </li>
  ) : (
    <li>
      If {partnerTitle(partner)} still accepts, it is <b>{done[ifAccept]}</b>; if it rejects, the
      order {ifReject === 'reject' ? 'would have been' : 'is'} <b>{done[ifReject]}</b>.
    </li>
  );

/** The fewest rules or votes without which the answer would have been another one. */
export const ChangePanel = ({ view }: { view: CaseView }) => {
  const { change, bar } = view;
  const isEmpty = change && change.changes.length + change.missingVotes.length === 0;
  return (
    <section class="panel" aria-labelledby="change-h">
      <div class="panel-head">
        <h2 id="change-h">What would change the answer</h2>
      </div>
      {change === undefined || isEmpty ? (
        <p class="panel-body faint">
          {isEmpty
            ? 'No rule or vote alone: leaving out any of them gives the same answer.'
            : 'The rules or the policy of that time are no longer known, so this cannot be told.'}
        </p>
      ) : (
        <ul class="panel-body stack">
          {change.changes.map((one) => (
            <ChangeLine change={one} score={bar.score} />
          ))}
          {change.missingVotes.map((vote) => (
            <MissingLine vote={vote} />
          ))}
        </ul>
      )}
    </section>
  );
};
