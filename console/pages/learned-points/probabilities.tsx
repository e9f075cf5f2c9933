import type { PointsFitResult } from '../../../contracts/v1/points-fits.js';
import { printShare, printWhole } from '../../../domain/case/figures.js';
import { rangeOf } from '../../../services/learned-points/probability.js';
import { type Column, TablePanel } from '../../parts/table.js';

type HeldOut = PointsFitResult['heldOut'];
type Step = NonNullable<HeldOut['inForce']['probabilities']>[number] & {
  readonly belowScore: number | null;
};

const along = (share: number): string => `${Math.round(10_000 * share) / 100}%`;

/** The whole width is a share of 1. */
const Bar = ({ step: { probability, low, high } }: { step: Step }) => (
  <svg class="line-bar" aria-hidden="true">
    <rect class="f-4" x={along(low)} width={along(high - low)} height="100%" />
    <rect class="f-1" x={along(probability)} width="2" height="100%" />
  </svg>
);

const columns: readonly Column<Step>[] = [
  {
    heading: 'Orders with',
    isName: true,
    isNarrow: true,
    cell: (step) => rangeOf(step),
  },
  { heading: 'Were fraud', isNumber: true, cell: ({ probability }) => printShare(probability) },
  {
    heading: '95 % interval',
    isNumber: true,
    cell: ({ low, high }) => `${(100 * low).toFixed(1)} to ${printShare(high)}`,
  },
  { heading: <span class="sr">As a bar</span>, cell: (step) => <Bar step={step} /> },
  { heading: 'Orders', isNumber: true, cell: ({ orders }) => printWhole(orders) },
];

const Panel = (props: {
  id: string;
  title: string;
  steps: HeldOut['inForce']['probabilities'];
}) => {
  const { steps } = props;
  if (steps === null) return null;
  const rows = steps.map((step, index) => ({
    ...step,
    belowScore: steps[index + 1]?.fromScore ?? null,
  }));
  return (
    <TablePanel id={props.id} title={props.title} columns={columns} rows={rows} empty="No step." />
  );
};

/** How often orders of each score were fraud, from which cases get their probability. */
export const ProbabilityPanel = (props: { heldOut: HeldOut; hasDraft: boolean }) => (
  <>
    <Panel
      id="odds"
      title="How often scores were fraud, in force"
      steps={props.heldOut.inForce.probabilities}
    />
    {props.hasDraft && (
      <Panel
        id="odds-proposed"
        title="How often scores were fraud, as proposed"
        steps={props.heldOut.proposed.probabilities}
      />
    )}
  </>
);
