import { printAmount } from '../../../domain/case/figures.js';
import type { LinkedOrder, Links } from '../../../services/case-view/links.js';
import { assetAddress } from '../../assets.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { Age, Shopper } from '../../parts/format.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { endOf } from './earlier.js';
import { labelWords, outcomeWords, subjectWords } from './words.js';

/** Where the linked orders of a case are read. */
export const linkedAddress = (caseId: string, steps: number): string =>
  `/console/cases/${caseId}/linked?steps=${steps}`;

const labelMax = 14;

/** Long order numbers differ at their end. */
const shortOf = (orderId: string): string =>
  orderId.length > labelMax ? `…${orderId.slice(1 - labelMax)}` : orderId;

const wordOf = ({ outcome }: LinkedOrder): string =>
  outcome === null ? 'undecided' : outcomeWords[outcome].toLowerCase();

const pageOf = ({ case_id: caseId, transaction_id: transactionId }: LinkedOrder): string =>
  caseId === null ? `/console/orders/${transactionId}` : `/console/cases/${caseId}`;

const isDecidable = ({ case_status: status }: LinkedOrder): boolean => status === 'open';

/** The nodes and edges for the drawing. It shows no more than the table beside it. */
const graphOf = ({ orderId, transactionId, orders, subjects }: Links) => ({
  nodes: [
    { id: transactionId, label: shortOf(orderId), kind: 'self', href: '' },
    ...orders.map((order) => ({
      id: order.transaction_id,
      label: `${shortOf(order.order_id)}\n${wordOf(order)}`,
      kind: order.outcome ?? 'none',
      href: pageOf(order),
      ...(isDecidable(order) && { tick: order.case_id }),
    })),
    ...subjects.map(({ id, subject }) => ({
      id,
      label: subjectWords[subject].label,
      kind: 'subject',
      href: '',
    })),
  ],
  edges: subjects.flatMap(({ id, transactionIds }) =>
    transactionIds.map((other) => ({ from: id, to: other })),
  ),
});

const Row = ({ order, now, zone }: { order: LinkedOrder; now: Date; zone: string }) => (
  <tr>
    <td class="nowrap">
      <input
        type="checkbox"
        name="case"
        value={order.case_id ?? ''}
        aria-label={`Choose order ${order.order_id}`}
        disabled={!isDecidable(order)}
      />
    </td>
    <td class="nowrap">
      <a href={pageOf(order)}>{order.order_id}</a>
    </td>
    <td class="shares">
      {order.shares.map((subject) => subjectWords[subject].label).join(', ')}
      {order.steps > 1 && <span class="faint"> by another order</span>}
    </td>
    <td>
      <Shopper name={order.shopper} />
    </td>
    <td class="num nowrap">
      {printAmount(order.amount)} <span class="faint">{order.currency}</span>
    </td>
    <td class="nowrap">
      <StateMark is={endOf(order).is}>
        {order.outcome ? outcomeWords[order.outcome] : 'Being decided'}
      </StateMark>
    </td>
    <td class="soft nowrap">
      {order.label === null ? <Unsaid>none yet</Unsaid> : labelWords[order.label]}
    </td>
    <td class="num soft">
      <Age at={order.received_at} now={now} zone={zone} />
    </td>
  </tr>
);

const heads = ['Order', 'Shares', 'Shopper', 'Total', 'Outcome', 'Label', 'Age'];
const numbers = new Set(['Total', 'Age']);
/** What these name may be long; all other columns need no more room than their values. */
const texts = new Set(['Shares', 'Shopper']);

const classOf = (head: string): string | undefined => {
  if (numbers.has(head)) return 'num';
  return texts.has(head) ? undefined : 'nowrap';
};

const Table = (props: { links: Links; now: Date; zone: string }) => (
  <div class="scroll-x" tabindex={0} role="group" aria-label="Linked orders as a table">
    <table class="tbl wide">
      <thead>
        <tr>
          <th scope="col" class="nowrap">
            <span class="sr">Choose</span>
          </th>
          {heads.map((head) => (
            <th scope="col" class={classOf(head)}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.links.orders.map((order) => (
          <Row order={order} now={props.now} zone={props.zone} />
        ))}
      </tbody>
    </table>
  </div>
);

const Steps = ({ caseId, steps }: { caseId: string; steps: number }) => (
  <span class="seg" role="group" aria-label="Steps">
    {[1, 2].map((one) => (
      <button
        type="button"
        aria-pressed={one === steps ? 'true' : 'false'}
        hx-get={linkedAddress(caseId, one)}
        hx-target="#linked"
        hx-swap="outerHTML"
      >
        {one === 1 ? '1 step' : '2 steps'}
      </button>
    ))}
  </span>
);

const summary = ({ orders, isMore }: Links): string => {
  if (orders.length === 0) return '';
  const rejected = orders.filter(({ outcome }) => outcome === 'reject').length;
  const open = orders.filter(isDecidable).length;
  const count = `${orders.length}${isMore ? '+' : ''} ${orders.length === 1 ? 'order' : 'orders'}`;
  return `${count}; ${rejected} rejected, ${open} still open`;
};

/** Leads to the preview of the chosen cases, which says what will be decided. */
const Bulk = ({ csrf }: { csrf: string }) => (
  <p class="panel-foot line bulk-linked">
    <CsrfField token={csrf} />
    <Button
      size="s"
      kind="accept"
      icon="accept"
      type="submit"
      with={{ name: 'act', value: 'accept' }}
    >
      Accept the chosen…
    </Button>
    <Button
      size="s"
      kind="reject"
      icon="reject"
      type="submit"
      with={{ name: 'act', value: 'reject' }}
    >
      Reject the chosen…
    </Button>
    <span class="faint">
      A click in the graph chooses an open order, two open it. First comes a preview.
    </span>
  </p>
);

/** The orders that share subjects with this one: as a graph, and as a table of the same rows. */
export const LinkedPanel = (props: {
  caseId: string;
  links: Links;
  steps: number;
  now: Date;
  zone: string;
  csrf: string;
}) => {
  const { links, caseId, steps } = props;
  return (
    <section class="panel" id="linked" aria-labelledby="linked-h">
      <div class="panel-head">
        <h2 id="linked-h">Linked orders</h2>
        <span class="soft">{summary(links)}</span>
        <span class="aside">
          <Steps caseId={caseId} steps={steps} />
          <button class="btn" type="button" data-size="s" data-kind="quiet" data-action="graph">
            Graph <kbd>G</kbd>
          </button>
        </span>
      </div>
      {links.orders.length === 0 ? (
        <p class="panel-body faint">
          No other order shares this order's card, e-mail, account, device, network or place.
        </p>
      ) : (
        <form method="post" action="/console/queue/bulk">
          <div class="links">
            <div
              class="graph"
              tabindex={0}
              role="img"
              aria-label="Graph of the linked orders; the table beside it says the same"
              data-graph={JSON.stringify(graphOf(links))}
              data-cytoscape={assetAddress('cytoscape.js')}
            ></div>
            <Table links={links} now={props.now} zone={props.zone} />
          </div>
          {links.orders.some(isDecidable) && <Bulk csrf={props.csrf} />}
        </form>
      )}
    </section>
  );
};

/** The panel's place while its rows are read. */
export const LinkedPlace = ({ caseId }: { caseId: string }) => (
  <section
    class="panel"
    id="linked"
    aria-labelledby="linked-h"
    aria-busy="true"
    hx-get={linkedAddress(caseId, 1)}
    hx-trigger="load"
    hx-swap="outerHTML"
  >
    <div class="panel-head">
      <h2 id="linked-h">Linked orders</h2>
    </div>
    <p class="panel-body faint">
      Linked orders are being read… <span class="skeleton"></span>
    </p>
  </section>
);
