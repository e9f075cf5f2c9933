import type { Child } from 'hono/jsx';
import { printShare, printWhole } from '../../../domain/case/figures.js';
import type { Agreement, DeskPeriod, Took } from '../../../services/desk-figures/figures.js';
import { lengthText } from '../../parts/format.js';
import { Unsaid } from '../../parts/state.js';

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;
const secondMs = 1000;

/** `45 s`, `3 min 40 s`, `1 h 06`: how long work took, from seconds. */
const tookText = (seconds: number): string => {
  if (seconds < minuteSeconds) return `${seconds} s`;
  if (seconds >= hourSeconds) return lengthText(seconds * secondMs);
  const rest = seconds % minuteSeconds;
  const minutes = `${Math.floor(seconds / minuteSeconds)} min`;
  return rest === 0 ? minutes : `${minutes} ${String(rest).padStart(2, '0')} s`;
};

/** The median, or in how much time nine of ten were decided. */
export const Duration = ({ took, of = 'medianSeconds' }: DurationProps) => {
  const seconds = took[of];
  return seconds === null ? <Unsaid>none</Unsaid> : <>{tookText(seconds)}</>;
};
interface DurationProps {
  readonly took: Took;
  readonly of?: 'medianSeconds' | 'p90Seconds';
}

/** `95.2 %`; from few labels the count instead. */
export const Agreed = ({ agreement: { labelled, agreed, share } }: { agreement: Agreement }) => {
  if (labelled === 0) return <Unsaid>no label yet</Unsaid>;
  if (share === null) return <>{`${agreed} of ${labelled}`}</>;
  return (
    <span title={`${printWhole(agreed)} of ${printWhole(labelled)} labelled`}>
      {printShare(share)}
    </span>
  );
};

/** What a period is called. */
export const periodWords: Readonly<Record<number, string>> = {
  1: 'Today',
  7: 'Last 7 days',
  28: 'Last 28 days',
};

/** A figure: its name, how it comes about, and how it shows in a period. */
export interface Measure {
  readonly name: string;
  readonly meaning?: string;
  readonly cell: (period: DeskPeriod) => Child;
}

/** Every figure of a reviewer, in the order of a table. */
export const measures: readonly Measure[] = [
  {
    name: 'Decided',
    meaning: 'made or confirmed by you; what was undone or overtaken is not in it',
    cell: ({ decided }) => <b>{printWhole(decided)}</b>,
  },
  { name: 'Accepted', cell: ({ accepted }) => printWhole(accepted) },
  { name: 'Rejected', cell: ({ rejected }) => printWhole(rejected) },
  {
    name: 'Confirmed as the second person',
    cell: ({ confirmed }) => printWhole(confirmed),
  },
  { name: 'Late', meaning: 'after the case was due', cell: ({ late }) => printWhole(late) },
  { name: 'Escalated', cell: ({ escalated }) => printWhole(escalated) },
  { name: 'Undone', cell: ({ undone }) => printWhole(undone) },
  {
    name: 'Overtaken',
    meaning: 'another person decided otherwise, or the review ended by itself',
    cell: ({ overtaken }) => printWhole(overtaken),
  },
  {
    name: 'From claim to decision',
    meaning: 'half of them took at most so long',
    cell: ({ fromClaim }) => <Duration took={fromClaim} />,
  },
  {
    name: 'The same for nine of ten',
    cell: ({ fromClaim }) => <Duration took={fromClaim} of="p90Seconds" />,
  },
  {
    name: 'From opening to decision',
    meaning: 'half of the cases waited at most so long',
    cell: ({ fromOpening }) => <Duration took={fromOpening} />,
  },
  {
    name: 'The same for nine of ten',
    cell: ({ fromOpening }) => <Duration took={fromOpening} of="p90Seconds" />,
  },
  {
    name: 'Labels agree',
    meaning: 'of the orders that were labelled later as fraud or as good',
    cell: ({ agreement }) => <Agreed agreement={agreement} />,
  },
  {
    name: 'Accepted, and was fraud',
    cell: ({ agreement }) => printWhole(agreement.acceptedFraud),
  },
  {
    name: 'Rejected, and was honest',
    cell: ({ agreement }) => printWhole(agreement.rejectedHonest),
  },
];
