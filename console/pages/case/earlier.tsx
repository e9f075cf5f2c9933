import type { Outcome, TransactionStatus } from '../../../contracts/hbc/decision.js';
import { printAmount, printWhole } from '../../../domain/case/figures.js';
import type { EarlierOrder, EarlierOrders } from '../../../services/case-view/customer.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { Age, exactTime } from '../../parts/format.js';
import { type State, StateMark } from '../../parts/state.js';
import { labelWords } from './words.js';

interface End {
  readonly is: State;
  readonly words: string;
}

/** How far an order has come. */
export const endWords: Readonly<Record<TransactionStatus, string>> = {
  deciding: 'being decided',
  in_review: 'in review',
  settling: 'OMS is being told',
  processed: 'processed',
  cancelled: 'cancelled',
  oms_rejected: 'refused by OMS',
  withdrawn: 'withdrawn',
};

/** How an order ended, in the shape of its outcome. */
export const endOf = (order: {
  readonly outcome: Outcome | null;
  readonly status: TransactionStatus;
  readonly label: EarlierOrder['label'];
}): End => {
  const label = order.label === null ? '' : `, ${labelWords[order.label]}`;
  const is = order.outcome ?? 'none';
  return { is, words: `${endWords[order.status]}${label}` };
};

const Row = ({ order, now, zone }: { order: EarlierOrder; now: Date; zone: string }) => {
  const end = endOf(order);
  return (
    <tr>
      <td>
        <a href={`/console/orders/${order.transaction_id}`}>{order.order_id}</a>
      </td>
      <td class="soft nowrap">
        <Age at={order.received_at} now={now} zone={zone} /> ago
      </td>
      <td>
        <bdi class="cut" title={order.goods.join(', ')}>
          {order.goods.join(', ')}
        </bdi>
      </td>
      <td class="num nowrap">
        {printAmount(order.amount)} <span class="faint">{order.currency}</span>
      </td>
      <td>
        <StateMark is={end.is}>{end.words}</StateMark>
      </td>
    </tr>
  );
};

const footOf = ({ ends, latest }: EarlierOrders): string => {
  const left = ends.orders - latest.length;
  const more = left > 0 ? `And ${printWhole(left)}${ends.isMore ? '+' : ''} older ones. ` : '';
  const said = [
    ends.fraud > 0 ? `${ends.fraud} turned out as fraud` : 'None is known as fraud',
    ends.disputes > 0 ? `${ends.disputes} disputed` : 'none disputed',
    ends.rejected > 0 ? `${ends.rejected} rejected` : 'none rejected',
  ];
  return `${more}${said.join(', ')}.`;
};

const nobody = ({ order }: CaseView): string =>
  order.customer.accountId.trim() === '' && order.customer.emailAddress.trim() === ''
    ? 'A guest without an e-mail address: no earlier order can be found.'
    : 'No earlier order of this account or mailbox is stored.';

/** The customer's earlier orders and how they ended. */
export const EarlierPanel = ({ view, now, zone }: { view: CaseView; now: Date; zone: string }) => {
  const { earlier, order } = view;
  if (earlier.ends.orders === 0) {
    return (
      <section class="panel" id="earlier" aria-labelledby="earlier-h">
        <div class="panel-head">
          <h2 id="earlier-h">Earlier orders of the customer</h2>
        </div>
        <p class="panel-body faint">{nobody(view)}</p>
      </section>
    );
  }
  return (
    <section class="panel" id="earlier" aria-labelledby="earlier-h">
      <div class="panel-head">
        <h2 id="earlier-h">Earlier orders of the customer</h2>
        <span class="aside">
          {printWhole(earlier.ends.orders)}
          {earlier.ends.isMore && '+'} orders, {printAmount(earlier.total)} {order.currencyCode}
          {earlier.since && ` since ${exactTime(earlier.since, zone).replace(/,[^,]*$/, '')}`}
        </span>
      </div>
      <div class="scroll-x" tabindex={0} role="group" aria-label="Earlier orders of the customer">
        <table class="tbl wide">
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col">When</th>
              <th scope="col">Goods</th>
              <th scope="col" class="num">
                Total
              </th>
              <th scope="col">Ended as</th>
            </tr>
          </thead>
          <tbody>
            {earlier.latest.map((one) => (
              <Row order={one} now={now} zone={zone} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="panel-foot">{footOf(earlier)}</p>
    </section>
  );
};
