import { Hono } from 'hono';
import { findCaseId } from '../../services/cases/of-transaction.js';
import { readRecord } from '../../services/transactions/records.js';
import { allow, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { PanelsMain } from '../parts/table.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { loadSideState } from '../side-state.js';

type ReadRecord = NonNullable<Awaited<ReturnType<typeof readRecord>>>;

const outcomeWords = { accept: 'Accepted', review: 'In review', reject: 'Rejected' } as const;

const Facts = ({ record }: { record: ReadRecord }) => (
  <dl class="facts panel-body">
    <dt>State</dt>
    <dd>{record.status.replaceAll('_', ' ')}</dd>
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
    <dt>Score</dt>
    <dd>{record.decision?.totalScore ?? <Unsaid>none yet</Unsaid>}</dd>
    <dt>Received</dt>
    <dd>{record.createdDate}</dd>
    <dt>Changed</dt>
    <dd>{record.lastModifiedDate}</dd>
  </dl>
);

/** An order that was never in review: its record, audited. One with a case leads to the case. */
export const orderPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/orders/:transactionId', allow('reviewer', 'analyst'), async (c) => {
    const transactionId = c.req.param('transactionId');
    const call = callOf(deps, c);
    const caseId = await findCaseId(call, transactionId);
    if (caseId !== undefined) return c.redirect(`/console/cases/${caseId}`, 303);
    const [record, state] = await Promise.all([
      readRecord(call, transactionId),
      loadSideState(deps, c),
    ]);
    if (record === undefined) throw new NotFound();
    const main = (
      <PanelsMain title="Order" lead={<span class="mono">{transactionId}</span>}>
        <section class="panel" aria-labelledby="order-facts">
          <div class="panel-head">
            <h2 id="order-facts">Decision</h2>
          </div>
          <Facts record={record} />
        </section>
        <section class="panel" aria-labelledby="order-record">
          <div class="panel-head">
            <h2 id="order-record">As posted, with the card masked</h2>
          </div>
          <pre class="panel-body raw" role="group" aria-labelledby="order-record" tabindex={0}>
            {JSON.stringify(record.transaction, undefined, 2)}
          </pre>
        </section>
      </PanelsMain>
    );
    return renderPage(c, { title: 'Order', section: 'queue', state, main });
  });
