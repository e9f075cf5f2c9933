import type { AssignmentResult } from '../../../services/cases/bulk-assignment.js';
import type { QueueRow } from '../../../services/cases/queue.js';
import { Button } from '../../parts/controls.js';
import type { NameOf } from '../../parts/people.js';
import { StateMark } from '../../parts/state.js';
import { type Column, PanelsMain } from '../../parts/table.js';
import { counted } from '../../words.js';
import { leftOutText, orderColumns } from './bulk-decision.js';
import { BulkForm, CasesPanel, ToQueue } from './bulk-parts.js';

/** Enough for a reason in words. */
const reasonMax = 500;

interface AssignProps {
  readonly rows: readonly QueueRow[];
  readonly caseIds: readonly string[];
  /** Who can be given cases, by name. */
  readonly people: readonly string[];
  readonly nameOf: NameOf;
  readonly csrf: string;
  readonly from: string;
  readonly given?: { readonly to: string; readonly reason: string } | undefined;
  readonly fault?: string | undefined;
}

type Chosen = Parameters<(typeof orderColumns)[number]['cell']>[0];

const holderColumn = (nameOf: NameOf): Column<Chosen> => ({
  heading: 'Assigned',
  isNarrow: true,
  cell: ({ row }) =>
    row?.claim ? <bdi>{nameOf(row.claim.by)}</bdi> : <span class="soft">nobody</span>,
});

const Fields = ({ people, nameOf, given, fault }: AssignProps) => (
  <>
    <label class="label-of">
      To
      <select class="field" name="to" required>
        <option value="">Choose somebody</option>
        {people.map((name) => (
          <option value={name} selected={name === given?.to}>
            {nameOf(name)}
          </option>
        ))}
      </select>
    </label>
    <label class="label-of remarks-of">
      Reason, which becomes a note on each case
      <input
        class="field"
        name="reason"
        required
        maxlength={reasonMax}
        autocomplete="off"
        value={given?.reason}
        aria-invalid={fault === undefined ? undefined : 'true'}
        aria-describedby={fault === undefined ? undefined : 'assign-fault'}
      />
    </label>
    {fault && (
      <p class="fault" id="assign-fault" role="alert">
        {fault}
      </p>
    )}
  </>
);

/** Asks to whom the chosen cases go, and why. */
export const BulkAssign = (props: AssignProps) => {
  const { rows, caseIds, nameOf, csrf } = props;
  const cases = counted(caseIds.length, 'case');
  return (
    <PanelsMain title={`Assign ${cases}`} lead="Whoever holds them now">
      <CasesPanel
        columns={[...orderColumns, holderColumn(nameOf)]}
        rows={caseIds.map((caseId) => ({ caseId, row: rows.find((one) => one.caseId === caseId) }))}
      />
      <BulkForm
        act="assignment"
        csrf={csrf}
        from={props.from}
        caseIds={caseIds}
        button={
          <Button type="submit" icon="person" action="assign">
            Assign {cases}
          </Button>
        }
      >
        <Fields {...props} />
      </BulkForm>
    </PanelsMain>
  );
};

/** What a bulk assignment did, and what was left out. */
export const BulkAssigned = (props: {
  rows: readonly QueueRow[];
  results: readonly AssignmentResult[];
  to: string;
  nameOf: NameOf;
  from: string;
}) => {
  const { rows, results, to, nameOf } = props;
  const done = results.filter(({ result }) => result.kind === 'claimed').length;
  const happens: Column<Chosen & { readonly result: AssignmentResult['result'] }> = {
    heading: 'What happened',
    cell: ({ result }) =>
      result.kind === 'claimed' ? (
        <StateMark is="ok">Assigned</StateMark>
      ) : (
        <StateMark is="none">Left out: {leftOutText(result, nameOf)}</StateMark>
      ),
  };
  return (
    <PanelsMain
      title={`${counted(done, 'case')} assigned to ${nameOf(to)}`}
      lead={done < results.length && `${results.length - done} left out`}
    >
      <CasesPanel
        columns={[...orderColumns, happens]}
        rows={results.map((one) => ({
          ...one,
          row: rows.find(({ caseId }) => caseId === one.caseId),
        }))}
        foot="Each waits for its new holder until it is due, for at most eight hours."
      />
      <ToQueue from={props.from} />
    </PanelsMain>
  );
};
