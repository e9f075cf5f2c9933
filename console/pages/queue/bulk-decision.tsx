import type { ReasonCode } from '../../../contracts/settings.js';
import type { BulkOutcome, BulkResult } from '../../../services/cases/bulk.js';
import type { AssignmentResult } from '../../../services/cases/bulk-assignment.js';
import type { QueueRow } from '../../../services/cases/queue.js';
import { Button } from '../../parts/controls.js';
import { printAmount } from '../../../domain/case/figures.js';
import { Money, Shopper } from '../../parts/format.js';
import type { NameOf } from '../../parts/people.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { type Column, PanelsMain } from '../../parts/table.js';
import { bannerWords, counted } from '../../words.js';
import { BulkForm, CasesPanel, ToQueue } from './bulk-parts.js';

/** A case of a bulk decision, with what happens to it. */
interface Item {
  readonly caseId: string;
  readonly row: QueueRow | undefined;
  readonly one: BulkResult;
}

type Outcome = 'accept' | 'reject';

/** Enough for a reason in words. */
export const remarksMax = 1000;

const acts = { accept: 'Accept', reject: 'Reject' } as const;
const tells = { accept: 'process', reject: 'cancel' } as const;

type Refusable = BulkResult['result'] | AssignmentResult['result'];

/** Why a case is left out, in words; undefined for one that the act is for. */
export const leftOutText = (result: Refusable, nameOf: NameOf): string | undefined => {
  switch (result.kind) {
    case 'pending':
    case 'awaiting_second':
    case 'claimed':
      return undefined;
    case 'claimed_by_another':
      return `${nameOf(result.by)} works on it`;
    case 'already_decided':
      return `${nameOf(result.by)} has decided it: ${result.outcome}`;
    case 'closed':
      return 'it is closed';
    case 'unknown':
      return 'it does not exist any more';
    case 'unknown_reason':
      return 'its banner has no such reason';
    case 'needs_another_person':
      return 'you have decided it; another person has to confirm';
    case 'try_again':
      return 'the database did not answer; try again';
    default:
      return result satisfies never;
  }
};

const isDecided = ({ one: { result } }: Item): boolean =>
  result.kind === 'pending' || result.kind === 'awaiting_second';

const Happens = (props: { item: Item; outcome: Outcome; nameOf: NameOf }) => {
  const { item, outcome, nameOf } = props;
  const why = leftOutText(item.one.result, nameOf);
  if (why !== undefined) return <StateMark is="none">Left out: {why}</StateMark>;
  return item.one.result.kind === 'awaiting_second' ? (
    <StateMark is="review">Waits for a second person</StateMark>
  ) : (
    <StateMark is={outcome}>{acts[outcome]}</StateMark>
  );
};

/** What a chosen case is: its order, banner and amount. */
export const orderColumns: readonly Column<Pick<Item, 'row' | 'caseId'>>[] = [
  {
    heading: 'Order and shopper',
    isName: true,
    cell: ({ row, caseId }) =>
      row === undefined ? (
        <Unsaid>not known</Unsaid>
      ) : (
        <a href={`/console/cases/${caseId}`}>
          {row.orderId} <Shopper name={row.shopper} />
        </a>
      ),
  },
  { heading: 'Banner', isNarrow: true, cell: ({ row }) => row && bannerWords[row.banner] },
  {
    heading: 'Amount',
    isNumber: true,
    cell: ({ row }) =>
      row === undefined || row.amount === null || row.currency === null ? (
        <Unsaid>not known</Unsaid>
      ) : (
        <Money amount={row.amount} currency={row.currency} />
      ),
  },
];

const columnsOf = ({
  outcome,
  nameOf,
}: Pick<BulkProps, 'outcome' | 'nameOf'>): readonly Column<Item>[] => [
  ...orderColumns.slice(0, 1),
  // Beside the order: where the table is wider than the screen, this must not be out of sight.
  {
    heading: 'What happens',
    cell: (item) => <Happens {...{ item, outcome, nameOf }} />,
  },
  ...orderColumns.slice(1),
];

const itemsOf = (rows: readonly QueueRow[], { results }: BulkOutcome): readonly Item[] =>
  results.map((one) => ({
    ...{ one, caseId: one.caseId },
    row: rows.find(({ caseId }) => caseId === one.caseId),
  }));

const sumText = ({ totals }: BulkOutcome): string =>
  totals.map(({ amount, currency }) => `${printAmount(amount)} ${currency}`).join(', ');

interface BulkProps {
  readonly outcome: Outcome;
  readonly rows: readonly QueueRow[];
  readonly bulk: BulkOutcome;
  readonly nameOf: NameOf;
  /** The queue that the cases were chosen in. */
  readonly from: string;
}

const Reasons = ({ reasons }: { reasons: readonly ReasonCode[] }) => (
  <fieldset class="reasons-of">
    <legend>Reason</legend>
    {reasons.map(({ code, text }) => (
      <label class="tick">
        <input type="radio" name="reasonCode" value={code} required />
        {text}
      </label>
    ))}
  </fieldset>
);

/** What a bulk decision would do, before anything happens. */
export const BulkPreview = (
  props: BulkProps & { readonly csrf: string; readonly reasons: readonly ReasonCode[] },
) => {
  const { outcome, bulk } = props;
  const items = itemsOf(props.rows, bulk);
  const decided = items.filter(isDecided);
  const orders = counted(decided.length, 'order');
  return (
    <PanelsMain
      title={`${acts[outcome]} ${orders}?`}
      lead={decided.length === 0 ? 'None of them can be decided now' : sumText(bulk)}
    >
      <CasesPanel columns={columnsOf(props)} rows={items} />
      <BulkForm
        act="decision"
        csrf={props.csrf}
        from={props.from}
        caseIds={decided.map(({ one }) => one.caseId)}
        button={
          <Button type="submit" kind={outcome} icon={outcome} isDisabled={decided.length === 0}>
            {acts[outcome]} {orders}
          </Button>
        }
      >
        <input type="hidden" name="act" value={outcome} />
        <Reasons reasons={props.reasons} />
        <label class="label-of remarks-of">
          Remarks
          <textarea class="field" name="remarks" rows={2} maxlength={remarksMax}></textarea>
        </label>
      </BulkForm>
    </PanelsMain>
  );
};

/** What a bulk decision did, and what was left out. */
export const BulkReport = (props: BulkProps & { readonly undoSeconds: number }) => {
  const { outcome, bulk, undoSeconds } = props;
  const items = itemsOf(props.rows, bulk);
  const done = items.filter(isDecided).length;
  const failed = items.length - done;
  return (
    <PanelsMain
      title={`${counted(done, 'order')} decided`}
      lead={failed === 0 ? sumText(bulk) : `${sumText(bulk)}; ${failed} left out`}
    >
      <CasesPanel
        columns={columnsOf(props)}
        rows={items}
        foot={
          done > 0 &&
          `In ${undoSeconds} s OMS is told to ${tells[outcome]} them. ` +
            'Until then each can be taken back on its own page.'
        }
      />
      <ToQueue from={props.from} />
    </PanelsMain>
  );
};

/** Asks for the tag that all chosen cases get. */
export const BulkTag = (props: {
  csrf: string;
  from: string;
  caseIds: readonly string[];
  fault?: string | undefined;
}) => (
  <PanelsMain title={`Tag ${counted(props.caseIds.length, 'case')}`}>
    <BulkForm
      act="tag"
      csrf={props.csrf}
      from={props.from}
      caseIds={props.caseIds}
      button={
        <Button type="submit" icon="tag">
          Tag {counted(props.caseIds.length, 'case')}
        </Button>
      }
    >
      <label class="label-of">
        Tag, such as gift-ring
        <input
          class="field"
          name="tag"
          required
          maxlength={40}
          autocomplete="off"
          autofocus
          aria-invalid={props.fault === undefined ? undefined : 'true'}
          aria-describedby={props.fault === undefined ? undefined : 'tag-fault'}
        />
      </label>
      {props.fault && (
        <p class="fault" id="tag-fault" role="alert">
          {props.fault}
        </p>
      )}
    </BulkForm>
  </PanelsMain>
);
