import type { QueueView } from '../../../contracts/v1/queries.js';
import type { VotingPartner } from '../../../contracts/voting-partners.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { printWhole } from '../../../domain/case/figures.js';
import { EmptyState, Notice } from '../../parts/notices.js';
import { counted } from '../../words.js';
import { BulkBar } from './bulk.js';
import { FilterLine } from './filters.js';
import { type Filters, queueAddress } from './query.js';
import type { RowContext } from './row.js';
import { EmptyQueue } from './states.js';
import type { SideState } from '../../side.js';
import { type QueuePart, QueueTable } from './table.js';
import { type Saving, SaveView } from './views.js';

const captions: Readonly<Record<NonNullable<Filters['sort']>, string>> = {
  priority: 'overdue and escalated ones first, then by expected loss',
  due: 'the soonest due first',
  score: 'the highest score first',
  amount: 'the highest amount first',
  age: 'the oldest first',
};

type Counts = Readonly<Record<QueueView, number>>;

/** How many are open, late and the reader's own; each leads to its rows. */
export const Summary = ({ counts }: { counts: Counts }) => (
  <p class="soft" id="queue-summary" data-part>
    {counts.all === 0 ? (
      'None open'
    ) : (
      <>
        {printWhole(counts.all)} open,{' '}
        <a href="/console/queue?view=overdue">{printWhole(counts.overdue)} overdue</a>,{' '}
        <a href="/console/queue?view=mine">{printWhole(counts.mine)} yours</a>
      </>
    )}
  </p>
);

/** New cases wait here until the reader asks for them: rows never move under the hand. */
export const News = ({ count, filters }: { count: number; filters: Filters }) => (
  <span id="queue-news" data-part role="status">
    {count > 0 && (
      <a class="pill" href={queueAddress(filters)} data-new={count}>
        {printWhole(count)} new, show them
      </a>
    )}
  </span>
);

const ClaimNext = ({ csrf, filters }: { csrf: string; filters: Filters }) => (
  <form method="post" action="/console/queue/next">
    <CsrfField token={csrf} />
    <input type="hidden" name="from" value={queueAddress(filters)} />
    <Button type="submit" action="next" letter=".">
      Claim next
    </Button>
  </form>
);

/** Where the page asks for news since it was shown. */
const newsAddress = (filters: Filters, now: Date): string => {
  const search = new URLSearchParams(queueAddress(filters).split('?')[1]);
  search.set('since', now.toISOString());
  return `/console/queue/news?${search.toString()}`;
};

interface QueueMainProps {
  readonly part: QueuePart;
  readonly filters: Filters;
  readonly cursor: string | undefined;
  readonly context: RowContext;
  readonly state: SideState;
  readonly saving: Saving | undefined;
  /** Why a view was not saved. */
  readonly fault: string | undefined;
  readonly csrf: string;
  /** Whether the reader may give cases to others. */
  readonly mayAssign: boolean;
  readonly partners: readonly VotingPartner[];
  /** The names of those who can hold a case. */
  readonly people: readonly string[];
  /** Somebody asked for the next case, and none is free. */
  readonly isNoneFree: boolean;
}

/** The page of the queue. */
export const QueueMain = (props: QueueMainProps) => {
  const { part, filters, cursor, context, csrf } = props;
  const title = filters.status === 'closed' ? 'Closed cases' : 'Open cases';
  return (
    <main
      class="page"
      id="main"
      data-live
      data-rows="/console/queue/rows"
      data-news={newsAddress(filters, context.now)}
    >
      <div class="page-head">
        <h1>{title}</h1>
        {props.state.counts && <Summary counts={props.state.counts} />}
        <News count={0} filters={filters} />
        <div class="aside">
          {props.saving && <SaveView filters={filters} saving={props.saving} csrf={csrf} />}
          <ClaimNext csrf={csrf} filters={filters} />
        </div>
      </div>
      {props.isNoneFree && (
        <Notice icon="check">Nobody waits: each case of these filters is held or decided.</Notice>
      )}
      {props.fault && (
        <div role="alert">
          <Notice icon="review" is="review">
            {props.fault}
          </Notice>
        </div>
      )}
      <FilterLine
        {...{ filters, csrf }}
        partners={props.partners}
        people={{ names: props.people, nameOf: context.nameOf }}
        state={props.state}
      />
      {part.rows.length === 0 ? (
        <EmptyQueue filters={filters} />
      ) : (
        <QueueTable
          {...{ part, filters, cursor, context }}
          caption={`${title}: ${captions[filters.sort ?? 'priority']}`}
        />
      )}
      <p class="not-live" id="not-live" role="status" hidden></p>
      <BulkBar csrf={csrf} filters={filters} mayAssign={props.mayAssign} />
    </main>
  );
};

/** What a search found. Its text stands in the field and in no address. */
export const FoundMain = (props: {
  rows: QueuePart['rows'];
  context: RowContext;
  text: string;
  csrf: string;
  mayAssign: boolean;
  partners: readonly VotingPartner[];
  people: readonly string[];
}) => {
  const { rows, csrf } = props;
  const filters: Filters = { banner: [] };
  return (
    <main class="page" id="main" data-live data-rows="/console/queue/rows">
      <div class="page-head">
        <h1>{rows.length === 0 ? 'Nothing found' : `${counted(rows.length, 'case')} found`}</h1>
        <p class="soft">
          <a href="/console/queue">Back to the queue</a>
        </p>
      </div>
      <FilterLine
        {...{ filters, csrf }}
        partners={props.partners}
        people={{ names: props.people, nameOf: props.context.nameOf }}
        found={props.text}
      />
      {rows.length === 0 ? (
        <EmptyState title="No case has this">
          <p class="soft">
            Give the whole order number, e-mail or account, or a card’s last four digits, with the
            first six or without. An order that was never in review has no case.
          </p>
        </EmptyState>
      ) : (
        <QueueTable
          part={{ rows, total: rows.length, nextCursor: null }}
          filters={filters}
          context={props.context}
          caption="Found cases, the latest first"
        />
      )}
      <p class="not-live" id="not-live" role="status" hidden></p>
      <BulkBar csrf={csrf} filters={filters} mayAssign={props.mayAssign} />
    </main>
  );
};
