import type { Settings } from '../../../contracts/settings.js';
import { printShare, printWhole } from '../../../domain/case/figures.js';
import { Age, exactTime, lengthText, Money, Shopper } from '../../parts/format.js';
import { Gauge } from '../../parts/gauge.js';
import type { NameOf } from '../../parts/people.js';
import { Mark, StateMark } from '../../parts/state.js';
import { bannerWords, counted } from '../../words.js';
import type { QueueRow } from '../../../services/cases/queue.js';
import { caseAddress } from '../case/from-queue.js';
import type { Filters } from './query.js';

/** What every row needs besides its case. */
export interface RowContext {
  readonly now: Date;
  readonly zone: string;
  readonly settings: Settings;
  /** Who reads the page, as claims name them. */
  readonly reader: string;
  readonly nameOf: NameOf;
  /** Of the queue that the row is in; undefined for what a search found. */
  readonly filters?: Filters | undefined;
}

const notAnswered = (partners: readonly string[]): string =>
  `${partners.join(', ')} ${partners.length === 1 ? 'has' : 'have'} not answered`;

const soonMs = 30 * 60_000;

/** When a case is due; near and late ones stand out. */
export const Due = ({ at, now, zone }: { at: Date; now: Date; zone: string }) => {
  const leftMs = at.getTime() - now.getTime();
  const length = lengthText(leftMs);
  return (
    <time datetime={at.toISOString()} title={exactTime(at, zone)} data-near="due">
      {leftMs < 0 ? (
        <StateMark is="overdue">{length} late</StateMark>
      ) : (
        <span class={leftMs > soonMs ? 'soft' : undefined}>in {length}</span>
      )}
    </time>
  );
};

const verdictWords = { accept: 'Accepted', reject: 'Rejected', review: 'In review' } as const;
const pendingWords = { accept: 'Being accepted', reject: 'Being rejected' } as const;

/** What became of a case that was decided, or else when it is due. */
const DueOrEnd = ({ row, context }: { row: QueueRow; context: RowContext }) => {
  const { now, zone, nameOf } = context;
  const { verdict, pendingDecision: pending } = row;
  if (row.status === 'closed') {
    return verdict === null ? (
      <StateMark is="none">Closed</StateMark>
    ) : (
      <StateMark is={verdict}>{verdictWords[verdict]}</StateMark>
    );
  }
  if (pending !== null && pending.state !== 'awaiting_second') {
    const { outcome, by } = pending;
    return (
      <StateMark is={outcome} title={`By ${nameOf(by)}`}>
        {pendingWords[outcome]}
      </StateMark>
    );
  }
  return <Due at={new Date(row.dueAt)} now={now} zone={zone} />;
};

/** Who works on a case instead of the reader: then the reader cannot decide it. */
const otherHolderOf = (row: QueueRow, { reader, nameOf }: RowContext): string | undefined => {
  const by = row.claim?.by ?? row.pendingDecision?.by;
  if (row.status === 'closed') return 'somebody who was quicker';
  return by === undefined || by === reader ? undefined : nameOf(by);
};

type Shown = Parameters<typeof Mark>[0];

/** The marks of a case, the most important one first. */
const marksOf = (row: QueueRow, { zone, nameOf }: RowContext): readonly Shown[] => [
  ...(row.escalation === null
    ? []
    : [{ icon: 'escalate', word: `Escalated by ${nameOf(row.escalation.by)}` } as const]),
  ...(row.hold === null
    ? []
    : [
        {
          icon: 'hold',
          word: `On hold until ${exactTime(new Date(row.hold.until), zone)}`,
        } as const,
      ]),
  ...(row.partnersDown.length === 0
    ? []
    : [{ icon: 'down', is: 'down', word: notAnswered(row.partnersDown) } as const]),
  ...(row.noteCount === 0 ? [] : [{ icon: 'note', word: counted(row.noteCount, 'note') } as const]),
  ...(row.giftCard ? [{ icon: 'gift', word: 'Gift cards' } as const] : []),
  ...(row.linked ? [{ icon: 'graph', word: 'Linked to other orders' } as const] : []),
  ...(row.tags.length === 0 ? [] : [{ icon: 'tag', word: row.tags.join(', ') } as const]),
];

const shownMarks = 3;

const Marks = ({ marks }: { marks: readonly Shown[] }) => {
  const hidden = marks.slice(shownMarks);
  return (
    <span class="marks">
      {marks.slice(0, shownMarks).map((mark) => (
        <Mark {...mark} />
      ))}
      {hidden.length > 0 && (
        <span class="faint" title={hidden.map(({ word }) => word).join(', ')}>
          +{hidden.length}
        </span>
      )}
    </span>
  );
};

const shownReasons = 3;

const Reasons = ({ reasons }: { reasons: readonly string[] }) => {
  const shown = reasons.slice(0, shownReasons);
  const more = reasons.length - shown.length;
  if (reasons.length === 0) return <span class="unsaid">no rule</span>;
  return (
    <span class="reasons">
      <span class="cut">{shown.join(', ')}</span>
      {more > 0 && <span class="faint">+{more}</span>}
    </span>
  );
};

/** The cells about the order itself: who, why and how much. */
const OrderCells = ({ row, context }: { row: QueueRow; context: RowContext }) => (
  <>
    <th role="rowheader" data-c="order" scope="row">
      <a class="order" href={caseAddress(row.caseId, context)} data-action="open">
        <span>{row.orderId}</span> <Shopper name={row.shopper} />
      </a>
    </th>
    <td role="cell" data-c="why" class="soft" title={row.reasons.join(', ')}>
      <Reasons reasons={row.reasons} />
    </td>
    <td role="cell" data-c="marks">
      <Marks marks={marksOf(row, context)} />
    </td>
    <td role="cell" data-c="amount" class="num">
      {row.amount === null || row.currency === null ? (
        <span class="unsaid">not known</span>
      ) : (
        <Money amount={row.amount} currency={row.currency} />
      )}
    </td>
    <td role="cell" data-c="banner">
      {bannerWords[row.banner]}
    </td>
  </>
);

/** How a case's money at risk was computed; nothing where it is unknown. */
const riskTitle = ({ atRisk, riskProbability: chance }: QueueRow): string | undefined => {
  if (atRisk === null) return undefined;
  return chance === null
    ? 'The total, by the share of the score in the limit of reject'
    : `The total, by a probability of fraud of ${printShare(chance)}`;
};

/**
 * One case of the queue. Columns follow the question which one is next: at risk, due, score; then
 * who, why and how much.
 */
export const Row = ({ row, context }: { row: QueueRow; context: RowContext }) => {
  const { now, zone, settings, reader, nameOf } = context;
  const { bands } = settings.banners[row.banner];
  const holder = otherHolderOf(row, context);
  return (
    <tr
      role="row"
      data-case-id={row.caseId}
      data-held={holder}
      data-amount={row.amount ?? undefined}
      data-currency={row.currency ?? undefined}
      data-risk={row.atRisk ?? undefined}
    >
      <td role="cell" data-c="tick">
        <input
          type="checkbox"
          name="case"
          value={row.caseId}
          form="bulk"
          aria-label={`Choose order ${row.orderId}`}
        />
      </td>
      <td role="cell" data-c="loss" class="num loss" title={riskTitle(row)}>
        {row.atRisk === null ? <span class="unsaid">not known</span> : printWhole(row.atRisk)}
      </td>
      <td role="cell" data-c="due">
        <DueOrEnd row={row} context={context} />
      </td>
      <td role="cell" data-c="score">
        <span class="score">
          <b>{row.totalScore}</b>
          <Gauge
            score={row.totalScore}
            limits={{ review: bands.reviewFrom, reject: bands.rejectFrom }}
          />
        </span>
      </td>
      <OrderCells row={row} context={context} />
      <td role="cell" data-c="age" class="num soft">
        <Age at={new Date(row.openedAt)} now={now} zone={zone} />
      </td>
      <td role="cell" data-c="who">
        {row.claim === null ? (
          <span class="sr">nobody</span>
        ) : (
          <span class="cut" title={`Until ${exactTime(new Date(row.claim.until), zone)}`}>
            {row.claim.by === reader ? 'You' : nameOf(row.claim.by)}
          </span>
        )}
      </td>
    </tr>
  );
};
