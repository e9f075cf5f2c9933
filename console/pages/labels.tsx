import { Hono } from 'hono';
import type { Label } from '../../contracts/v1/labels.js';
import { listLabels, readLabelCursor } from '../../services/labels/read.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Ago, Money } from '../parts/format.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { bannerWords } from '../words.js';

const labelsOnPage = 50;

const State = ({ label: { withdrawn, isCurrent } }: { label: Label }) => {
  if (withdrawn !== null) return <StateMark is="none">Withdrawn</StateMark>;
  return isCurrent ? (
    <StateMark is="ok">Counts</StateMark>
  ) : (
    <StateMark is="none">Earlier</StateMark>
  );
};

const columnsOf = (now: Date, zone: string): readonly Column<Label>[] => [
  {
    heading: 'Order',
    isName: true,
    isNarrow: true,
    cell: ({ orderId, transactionId }) => (
      <a href={`/console/orders/${encodeURIComponent(transactionId)}`}>{orderId}</a>
    ),
  },
  { heading: 'Banner', isNarrow: true, cell: ({ banner }) => bannerWords[banner] },
  { heading: 'Kind', isNarrow: true, cell: ({ kind }) => kind.replaceAll('_', ' ') },
  { heading: 'State', isNarrow: true, cell: (label) => <State label={label} /> },
  {
    heading: 'Amount',
    isNumber: true,
    cell: ({ amount, currency }) =>
      amount === null || currency === null ? (
        <Unsaid>not told</Unsaid>
      ) : (
        <Money amount={amount} currency={currency} />
      ),
  },
  {
    heading: 'Stated',
    isNarrow: true,
    cell: ({ saidAt }) => <Ago at={new Date(saidAt)} now={now} zone={zone} />,
  },
  { heading: 'By', isNarrow: true, cell: ({ saidBy }) => saidBy },
];

/** Labels: how orders turned out, latest first. */
export const labelPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/labels', allow('analyst', 'reviewer', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const after = readLabelCursor(c.req.query('cursor') ?? '');
    const [page, state] = await Promise.all([
      listLabels(call, { filter: {}, after, limit: labelsOnPage }),
      loadSideState(deps, c),
    ]);
    const { zone } = preferencesOf(c);
    const main = (
      <PanelsMain title="Labels" lead="How orders turned out">
        <TablePanel
          id="labels"
          title="Labels, latest first"
          columns={columnsOf(call.now, zone)}
          rows={page.labels}
          empty="No order has a label. Chargebacks, refunds and confirmed frauds come by the API."
          foot={
            page.nextCursor && (
              <a href={`/console/labels?cursor=${encodeURIComponent(page.nextCursor)}`}>
                Earlier labels
              </a>
            )
          }
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Labels', section: 'labels', state, main });
  });
