import type { Child } from 'hono/jsx';
import type { FitWarning, PointsFit, PointsFitResult } from '../../../contracts/v1/points-fits.js';
import { printAmount, printNumber, printShare, printWhole } from '../../../domain/case/figures.js';
import { Notice } from '../../parts/notices.js';
import { Unsaid } from '../../parts/state.js';
import { type Column, TablePanel } from '../../parts/table.js';
import { bannerWords, counted } from '../../words.js';
import { PointsPanel } from './points.js';
import { ProbabilityPanel } from './probabilities.js';

type Verdict = PointsFitResult['verdict'];

const verdictWords: Readonly<Record<Verdict, readonly [title: string, words: string]>> = {
  better: ['The proposal is better.', 'On orders that it has not seen, it costs less.'],
  perhaps_better: [
    'The proposal is perhaps better.',
    'On orders that it has not seen, it costs less; chance alone could do that.',
  ],
  no_better: [
    'The proposal is no better.',
    'On orders that it has not seen, it costs as much as the rules in force, or more.',
  ],
  unchanged: ['Nothing is proposed.', 'The labels give no reason to change the points.'],
  too_few_labels: [
    'Nothing is proposed.',
    'There are too few labels: at least 30 frauds and 100 good orders to learn from, and 10 and ' +
      '100 to measure.',
  ],
};

const warningWords: Readonly<Partial<Record<FitWarning, string>>> = {
  above_capacity: 'Even the best bands sent more orders to review than the desk can do.',
  not_converged: 'The points had not settled when the fit ended.',
  orders_not_evaluable: 'Some decisions lack a fact that the rules read; they were left out.',
};

/** `3.90 less`. */
const lessOrMore = (difference: number): string =>
  `${printAmount(Math.abs(difference))} ${difference < 0 ? 'less' : 'more'}`;

/** What came of a fit, and what to beware of. */
export const VerdictNotice = ({ result: { verdict, warnings, heldOut } }: Props) => {
  const [title, words] = verdictWords[verdict];
  const cost = heldOut.costDifference;
  const isDoubtful = verdict === 'no_better' || verdict === 'too_few_labels';
  return (
    <>
      <Notice icon={isDoubtful ? 'review' : 'check'} {...(isDoubtful && { is: 'review' as const })}>
        <b>{title}</b> {words}
        {cost !== null && verdict !== 'unchanged' && (
          <>
            {' '}
            An order costs {lessOrMore(cost.mean)} (95 % interval: {lessOrMore(cost.low)} to{' '}
            {lessOrMore(cost.high)}).
          </>
        )}
      </Notice>
      {warnings
        .flatMap((warning) => warningWords[warning] ?? [])
        .map((text) => (
          <Notice icon="review" is="review">
            {text}
          </Notice>
        ))}
    </>
  );
};
interface Props {
  readonly result: PointsFitResult;
}

type Side = PointsFitResult['heldOut']['inForce'];
type Share = NonNullable<Side['recall']>;

const ShareCell = ({ of }: { of: Share | null }) =>
  of === null ? (
    <Unsaid>no such order</Unsaid>
  ) : (
    <span title={`${printNumber(of.part)} of ${printNumber(of.whole)}`}>
      <b>{printShare(of.share)}</b>{' '}
      <span class="faint">
        {(100 * of.low).toFixed(1)} to {(100 * of.high).toFixed(1)}
      </span>
    </span>
  );

const Amount = ({ of }: { of: number | null }) =>
  of === null ? <Unsaid>no label</Unsaid> : <b>{printAmount(of)}</b>;

interface Measure {
  readonly name: string;
  readonly cell: (side: Side) => Child;
}

const measures: readonly Measure[] = [
  { name: 'Fraud caught', cell: ({ recall }) => <ShareCell of={recall} /> },
  { name: 'Fraud rejected', cell: ({ fraudRejected }) => <ShareCell of={fraudRejected} /> },
  { name: 'Honest orders held up', cell: ({ goodFlagged }) => <ShareCell of={goodFlagged} /> },
  { name: 'Honest orders rejected', cell: ({ goodRejected }) => <ShareCell of={goodRejected} /> },
  { name: 'All orders reviewed', cell: ({ reviewed }) => <ShareCell of={reviewed} /> },
  { name: 'Reviews a day', cell: ({ reviewsPerDay }) => <b>{printNumber(reviewsPerDay)}</b> },
  { name: 'Cost of an order', cell: ({ costPerOrder }) => <Amount of={costPerOrder} /> },
];

const measureColumns = ({ inForce, proposed }: PointsFitResult['heldOut']): Column<Measure>[] => [
  { heading: 'Figure', isName: true, cell: ({ name }) => name },
  { heading: 'In force', isNumber: true, cell: ({ cell }) => cell(inForce) },
  { heading: 'Proposed', isNumber: true, cell: ({ cell }) => cell(proposed) },
];

type Bands = PointsFitResult['bands'][number];

const bandColumns: readonly Column<Bands>[] = [
  {
    heading: 'Banners',
    isName: true,
    cell: ({ banners }) => banners.map((banner) => bannerWords[banner]).join(', '),
  },
  ...(['reviewFrom', 'rejectFrom'] as const).flatMap((limit): Column<Bands>[] => [
    {
      heading: limit === 'reviewFrom' ? 'Review from' : 'Reject from',
      isNumber: true,
      cell: ({ before, after }) =>
        before[limit] === after[limit] ? (
          before[limit]
        ) : (
          <>
            {before[limit]} → <b>{after[limit]}</b>
          </>
        ),
    },
  ]),
  {
    heading: 'Reviews',
    isNarrow: true,
    cell: ({ isWithinCapacity }) =>
      isWithinCapacity ? 'within what the desk can do' : <b>more than the desk can do</b>,
  },
];

const dayOf = (instant: string): string => instant.slice(0, 10);

const usedText = ({ orders: { train, check, heldOut }, periods }: PointsFitResult): string => {
  const known = (of: typeof train) => of.fraud + of.good;
  return (
    `Learned from ${counted(known(train) + known(check), 'order')} with a known end, ` +
    `${printWhole(train.fraud + check.fraud)} of them fraud; measured on ` +
    `${printWhole(known(heldOut))} with ${printWhole(heldOut.fraud)} frauds, ` +
    `from ${dayOf(periods.heldOutFrom)} to ${dayOf(periods.to)}. ` +
    'Caught and held up means reviewed or rejected. Beside each share is its 95 % interval.'
  );
};

/** The figures of a fit: both rule sets on orders that neither was fitted on, bands and points. */
export const FitResult = ({ result, fit }: Props & { fit: PointsFit }) => (
  <>
    <TablePanel
      id="held-out"
      title="On the weeks held out"
      columns={measureColumns(result.heldOut)}
      rows={measures}
      empty=""
      foot={usedText(result)}
    />
    {fit.draftId !== null && (
      <TablePanel
        id="bands"
        title="Bands"
        columns={bandColumns}
        rows={result.bands}
        empty="No bands were fitted."
      />
    )}
    <PointsPanel points={result.points} />
    <ProbabilityPanel heldOut={result.heldOut} hasDraft={fit.draftId !== null} />
  </>
);
