import { Hono } from 'hono';
import { type OrderFacts, readOrderFacts } from '../../services/case-view/view.js';
import { findCaseId } from '../../services/cases/of-transaction.js';
import { readRecord } from '../../services/transactions/records.js';
import { allow, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Money, Name, Time } from '../parts/format.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { bannerWords } from '../words.js';
import { ComparePanel } from './case/compare.js';
import { endWords } from './case/earlier.js';
import { GoodsPanel } from './case/goods.js';
import { ScorePanel } from './case/score.js';
import { createContextOf } from './case/view-context.js';
import { VotesPanel } from './case/votes.js';

type ReadRecord = NonNullable<Awaited<ReturnType<typeof readRecord>>>;

const outcomeWords = { accept: 'Accepted', review: 'In review', reject: 'Rejected' } as const;

interface OrderProps {
  readonly record: ReadRecord;
  /** Undefined while the order is being decided. */
  readonly facts: OrderFacts | undefined;
  readonly now: Date;
  readonly zone: string;
}

const Facts = ({ record, facts, zone }: OrderProps) => (
  <section class="panel" aria-labelledby="order-facts">
    <div class="panel-head">
      <h2 id="order-facts">Decision</h2>
    </div>
    <dl class="facts panel-body">
      <dt>Outcome</dt>
      <dd>
        {record.decision === undefined ? (
          <Unsaid>being decided</Unsaid>
        ) : (
          <StateMark is={record.decision.recommendationCode}>
            {outcomeWords[record.decision.recommendationCode]}
          </StateMark>
        )}
      </dd>
      <dt>State</dt>
      <dd>{endWords[record.status]}</dd>
      {facts && (
        <>
          <dt>Order total</dt>
          <dd>
            <Money amount={facts.order.orderTotal} currency={facts.order.currencyCode} />
          </dd>
          <dt>Received</dt>
          <dd>
            <Time at={facts.receivedAt} zone={zone} />
          </dd>
          <dt>Decided</dt>
          <dd>
            <Time at={facts.decidedAt} zone={zone} />
          </dd>
        </>
      )}
      <dt>Transaction</dt>
      <dd class="mono">{record.transactionId}</dd>
    </dl>
  </section>
);

const Posted = ({ record, isOpen }: { record: ReadRecord; isOpen: boolean }) => (
  <details class="panel posted" open={isOpen}>
    <summary>As posted, with the card masked</summary>
    <pre class="panel-body raw" role="group" aria-label="The order as posted" tabindex={0}>
      {JSON.stringify(record.transaction, undefined, 2)}
    </pre>
  </details>
);

const Head = ({ facts }: { facts: OrderFacts | undefined }) => {
  if (facts === undefined) return <h1>Order</h1>;
  const { orderId, groupId, banner, customer } = facts.order;
  const shopper = `${customer.firstName} ${customer.lastName}`.trim();
  return (
    <>
      <h1>Order {orderId}</h1>
      <p class="soft">
        group {groupId}, {bannerWords[banner]}, of{' '}
        {shopper === '' ? <Unsaid>no name</Unsaid> : <Name>{shopper}</Name>}
      </p>
    </>
  );
};

const OrderMain = (props: OrderProps) => {
  const { record, facts, now, zone } = props;
  return (
    <main class="page" id="main">
      <div class="page-head">
        <Head facts={facts} />
      </div>
      <div class="stack">
        <div class="case-grid">
          <div class="stack">
            {facts && (
              <>
                <ScorePanel view={facts} />
                <ComparePanel view={facts} />
                <GoodsPanel view={facts} />
              </>
            )}
          </div>
          <div class="stack">
            <Facts {...props} />
            {facts && <VotesPanel view={facts} now={now} zone={zone} />}
          </div>
        </div>
        <Posted record={record} isOpen={facts === undefined} />
      </div>
    </main>
  );
};

/**
 * An order that nobody has to decide: what a case shows of its order, and its record. Each opening
 * is audited. An order with a case leads to the case.
 */
export const orderPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const contextOf = createContextOf(deps);
  return new Hono<ConsoleEnv>().get(
    '/orders/:transactionId',
    allow('reviewer', 'analyst'),
    async (c) => {
      const transactionId = c.req.param('transactionId');
      const call = callOf(deps, c);
      const caseId = await findCaseId(call, transactionId);
      if (caseId !== undefined) return c.redirect(`/console/cases/${caseId}`, 303);
      const [record, facts, state] = await Promise.all([
        readRecord(call, transactionId),
        readOrderFacts(contextOf(call), transactionId),
        loadSideState(deps, c),
      ]);
      if (record === undefined) throw new NotFound();
      c.header('Cache-Control', 'no-store');
      const { zone } = preferencesOf(c);
      const main = <OrderMain record={record} facts={facts} now={call.now} zone={zone} />;
      const title = facts === undefined ? 'Order' : `Order ${facts.order.orderId}`;
      return renderPage(c, { title, section: 'queue', state, main });
    },
  );
};
