import type { DriftKind, DriftState } from '../../../contracts/v1/drift.js';
import { printShare, printWhole } from '../../../domain/case/figures.js';
import type { DriftReport } from '../../../services/drift/report.js';
import { type State, StateMark, Unsaid } from '../../parts/state.js';
import { type Column, Table } from '../../parts/table.js';
import { counted } from '../../words.js';
import { SeriesName } from './names.js';

type Shift = DriftReport['shifts'][number];
type Names = ReadonlyMap<string, string>;

/** What each kind of series is called, and one of them. */
export const kindWords = {
  outcome: { title: 'Answers', heading: 'Series', one: 'series' },
  rule: { title: 'Rules', heading: 'Rule', one: 'rule' },
  fact: { title: 'Facts', heading: 'Fact', one: 'fact' },
  partner: { title: 'Partners', heading: 'Partner', one: 'partner' },
} as const satisfies Readonly<Record<DriftKind, object>>;

const states: Readonly<Record<DriftState, readonly [is: State, words: string]>> = {
  shifted: ['review', 'Shifted'],
  moving: ['none', 'Moving'],
  stable: ['ok', 'Stable'],
  too_few: ['none', 'Too few orders'],
};

/** The index at which the bar is full: twice what counts as shifted. */
const fullIndex = 0.5;
const limits = [0.1, 0.25] as const;

const along = (index: number): string =>
  `${Math.round(1000 * Math.min(1, index / fullIndex)) / 10}%`;

/** The stability index as a length, with ticks where moving and shifted begin. */
const Index = ({ index }: { index: number | null }) =>
  index === null ? (
    <Unsaid>not known</Unsaid>
  ) : (
    <span class="measured">
      <b>{index.toFixed(2)}</b>
      <svg class="gauge" aria-hidden="true">
        <rect class="track" y="4" width="100%" height="4" rx="2" />
        <rect class="f-2" y="4" width={along(index)} height="4" rx="2" />
        {limits.map((limit) => (
          <rect class="limit" x={along(limit)} y="2" width="1" height="8" />
        ))}
      </svg>
    </span>
  );

type Part = Shift['parts'][number];

/** A value as it is counted, in words. */
const partWords: Readonly<Record<string, string>> = {
  absent: 'not computed',
  not: 'not hit',
  none: 'blank',
};

const PartLine = ({ part: { part, before, now } }: { part: Part }) => (
  <>
    <b>{partWords[part] ?? part}</b> {printShare(before)} → {printShare(now)}
  </>
);

/** Parts besides the one that moved most; the rest is in the API. */
const foldedMax = 12;

const Parts = ({ parts }: { parts: readonly Part[] }) => {
  const [first, ...others] = parts;
  if (first === undefined) return <Unsaid>none</Unsaid>;
  if (others.length === 0) return <PartLine part={first} />;
  const shown = others.slice(0, foldedMax);
  return (
    <details class="moved">
      <summary>
        <PartLine part={first} />
      </summary>
      <ul class="parts-of">
        {shown.map((part) => (
          <li>
            <PartLine part={part} />
          </li>
        ))}
        {shown.length < others.length && (
          <li class="faint">and {others.length - shown.length} that moved less</li>
        )}
      </ul>
    </details>
  );
};

const columnsOf = (kind: DriftKind, names: Names): readonly Column<Shift>[] => [
  {
    heading: kindWords[kind].heading,
    isName: true,
    isNarrow: true,
    cell: ({ name }) => <SeriesName kind={kind} name={name} names={names} />,
  },
  {
    heading: 'State',
    isNarrow: true,
    cell: ({ state }) => {
      const [is, words] = states[state];
      return <StateMark is={is}>{words}</StateMark>;
    },
  },
  { heading: 'Stability index', isNarrow: true, cell: ({ index }) => <Index index={index} /> },
  { heading: 'What moved most, before → this week', cell: ({ parts }) => <Parts parts={parts} /> },
  {
    heading: 'Orders',
    isNumber: true,
    cell: ({ nowOrders, beforeOrders }) => (
      <span title={`${printWhole(beforeOrders)} before`}>{printWhole(nowOrders)}</span>
    ),
  },
];

const isQuiet = ({ state }: Shift): boolean => state === 'stable' || state === 'too_few';

/** So few series are all shown, whatever their state. */
const alwaysShown = 5;

const emptyText = (kind: DriftKind): string =>
  kind === 'partner'
    ? 'No partner was asked.'
    : 'No decision was counted yet: a worker counts them each hour.';

const foldedText = (one: string, folded: readonly Shift[]): string => {
  const stable = folded.filter(({ state }) => state === 'stable').length;
  const others = folded.length - stable;
  const few = `${others} with too few orders`;
  if (others === 0) return counted(stable, `stable ${one}`);
  return stable === 0 ? `${few} to say` : `${counted(stable, `stable ${one}`)}, ${few}`;
};

/** How the series of one kind moved; quiet ones are folded. */
export const KindPanel = ({ kind, shifts, names }: KindProps) => {
  const { title, one } = kindWords[kind];
  const columns = columnsOf(kind, names);
  const isShort = shifts.length <= alwaysShown;
  const shown = isShort ? shifts : shifts.filter((shift) => !isQuiet(shift));
  const folded = isShort ? [] : shifts.filter(isQuiet);
  return (
    <section class="panel" aria-labelledby={kind}>
      <div class="panel-head">
        <h2 id={kind}>{title}</h2>
        {!isShort && (
          <span class="aside">
            {shown.length} of {counted(shifts.length, one)} moved
          </span>
        )}
      </div>
      {shifts.length === 0 && <p class="panel-body soft">{emptyText(kind)}</p>}
      {shown.length > 0 && <Table caption={title} columns={columns} rows={shown} />}
      {shifts.length > 0 && shown.length === 0 && (
        <p class="panel-body soft">None moved, as far as there are orders enough to say.</p>
      )}
      {folded.length > 0 && (
        <details class="folded">
          <summary>{foldedText(one, folded)}</summary>
          <Table caption={`${title} that did not move`} columns={columns} rows={folded} />
        </details>
      )}
    </section>
  );
};
interface KindProps {
  readonly kind: DriftKind;
  readonly shifts: readonly Shift[];
  readonly names: Names;
}
