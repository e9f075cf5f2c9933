import { spellingsOf } from '../../../domain/subjects.js';
import { printAmount } from '../../../domain/case/figures.js';
import { dayMs } from '../../../domain/utc-day.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { exactTime, lengthText, Time, clockTime } from '../../parts/format.js';
import { Icon } from '../../parts/icon.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import type { DeskState } from './desk.js';
import { NextButton } from './next.js';
import { type Place, Where } from './place.js';
import { stripLeadsOn, type StripProps } from './strip.js';
import { outcomeWords, partnerTitle } from './words.js';

export interface HeadProps extends Pick<StripProps, 'last' | 'csrf' | 'windowMs'> {
  readonly view: CaseView;
  readonly desk: DeskState;
  readonly place: Place;
  readonly now: Date;
  readonly zone: string;
  readonly bannerName: string;
  readonly runAddress: string | undefined;
  /** Whether the account's role may act on cases. */
  readonly mayAct: boolean;
}

const placeNames = ({ order }: CaseView): string => {
  const towns = [...new Set(spellingsOf(order).map(({ city }) => city.trim()))].filter(Boolean);
  return towns.length > 1 ? `${towns[0]} and ${towns.length - 1} more` : (towns[0] ?? '');
};

/** What the order is, in one clause. */
const Clause = ({ view }: { view: CaseView }) => {
  const { order, goods } = view;
  const [dearest] = goods.lines;
  const pieces = `${goods.pieces} ${goods.pieces === 1 ? 'piece' : 'pieces'}`;
  const town = placeNames(view);
  return (
    <span class="of">
      {order.customer.customerType === 'guest' && 'guest, '}
      buys {pieces}
      {goods.lines.length > 1 && dearest && (
        <>
          , the dearest <bdi>{dearest.description}</bdi>
        </>
      )}
      {dearest && `, ${dearest.shippingMethod}`}
      {town !== '' && (
        <>
          {' '}
          to <bdi>{town}</bdi>
        </>
      )}
    </span>
  );
};

const shopperOf = ({ order: { customer, creditCard } }: CaseView): string =>
  `${customer.firstName} ${customer.lastName}`.trim() || creditCard.nameOnCard.trim();

/** The state of the case in a chip. */
const State = ({ view, now }: { view: CaseView; now: Date }) => {
  const { detail } = view;
  if (detail.status === 'closed') {
    const { verdict } = detail;
    return verdict === null ? (
      <StateMark is="none" isChip>
        Closed
      </StateMark>
    ) : (
      <StateMark is={verdict} isChip>
        {outcomeWords[verdict]}
      </StateMark>
    );
  }
  return (
    <>
      <StateMark is="review" isChip>
        {detail.reason === 'oms_rejected' ? 'Back in review: OMS refused' : 'In review'}
      </StateMark>
      {new Date(detail.dueAt) < now && (
        <StateMark is="overdue" isChip>
          Overdue
        </StateMark>
      )}
    </>
  );
};

const Silent = ({ view }: { view: CaseView }) => {
  const names = view.answers
    .filter(({ kind }) => kind === 'unavailable')
    .map(({ partner }) => partnerTitle(partner));
  if (names.length === 0) return null;
  const have = names.length === 1 ? 'has' : 'have';
  return (
    <StateMark is="down" isChip>
      {names.join(' and ')} {have} not answered
    </StateMark>
  );
};

const Holder = ({ desk, now, zone }: { desk: DeskState; now: Date; zone: string }) => {
  const { claim, me, nameOf } = desk;
  if (claim === undefined || claim.until <= now) return <Unsaid>nobody works on it</Unsaid>;
  const until = clockTime(claim.until, zone).slice(0, 5);
  if (claim.by === me) {
    return (
      <StateMark is="none" icon="lock">
        Yours until {until}
      </StateMark>
    );
  }
  return (
    <span class="soft">
      <bdi>{nameOf(claim.by)}</bdi> is working on it, until {until}
    </span>
  );
};

const StateLine = ({ view, desk, now, zone }: HeadProps) => (
  <p class="line">
    <State view={view} now={now} />
    <Silent view={view} />
    {desk.escalated && (
      <span class="tagged">
        <Icon of="escalate" />
        escalated by <bdi>{desk.nameOf(desk.escalated.by)}</bdi>
      </span>
    )}
    {desk.heldUntil && desk.heldUntil > now && (
      <span class="tagged" title={exactTime(desk.heldUntil, zone)}>
        <Icon of="hold" />
        on hold for {lengthText(desk.heldUntil.getTime() - now.getTime())}
      </span>
    )}
    {desk.tags.map((tag) => (
      <span class="tagged">
        <Icon of="tag" />
        <bdi>{tag}</bdi>
      </span>
    ))}
    {view.detail.status === 'open' && desk.pending === undefined && (
      <Holder desk={desk} now={now} zone={zone} />
    )}
  </p>
);

const Due = ({ view: { detail }, now, zone }: HeadProps) => {
  const due = new Date(detail.dueAt);
  const opened = lengthText(now.getTime() - new Date(detail.openedAt).getTime());
  if (detail.status === 'closed') {
    const closed = detail.closedAt === null ? undefined : new Date(detail.closedAt);
    return (
      <div>
        <span class="name">Closed</span>
        <span class="big">{closed ? lengthText(now.getTime() - closed.getTime()) : 'now'}</span>
        <span class="name">{closed ? `ago, ${exactTime(closed, zone)}` : 'just now'}</span>
      </div>
    );
  }
  const isLate = due < now;
  const words = lengthText(due.getTime() - now.getTime());
  const isFar = Math.abs(due.getTime() - now.getTime()) > dayMs;
  const at = isFar ? exactTime(due, zone).replace(/:\d\d /, ' ') : clockTime(due, zone).slice(0, 5);
  return (
    <div>
      <span class="name">Due</span>
      <span class="big">
        {isLate ? (
          <span class="out" data-is="overdue">
            <Time at={due} zone={zone}>
              {words}
            </Time>
          </span>
        ) : (
          <Time at={due} zone={zone}>
            {words}
          </Time>
        )}
      </span>
      <span class="name">
        {isLate ? `late; was due at ${at}` : `at ${at}, opened ${opened} ago`}
      </span>
    </div>
  );
};

const Tabs = ({ view, desk, runAddress }: HeadProps) => {
  const { detail, goods, earlier } = view;
  const tabs: readonly (readonly [string, string, string?])[] = [
    ['goods', 'Goods', String(goods.lines.length)],
    ['counts', 'Counts'],
    ['earlier', 'Earlier orders', `${earlier.ends.orders}${earlier.ends.isMore ? '+' : ''}`],
    ['linked', 'Linked'],
    ['evidence', 'Evidence', String(detail.evidence.length)],
    ['timeline', 'Timeline'],
    ['notes', 'Notes', String(desk.notes.length)],
  ];
  return (
    <nav class="tabs" aria-label="Parts of the case">
      <a href="#main" aria-current="true">
        At a glance
      </a>
      {tabs.map(([id, words, count]) => (
        <a href={`#${id}`}>
          {words}
          {count !== undefined && <span class="n">{count}</span>}
        </a>
      ))}
      <span class="end">
        <a href={`/console/cases/${detail.caseId}/raw`} data-action="raw">
          Raw <kbd>V</kbd>
        </a>
        {runAddress && (
          <a href={runAddress} rel="noreferrer">
            Run in Temporal <Icon of="out" />
          </a>
        )}
      </span>
    </nav>
  );
};

/** Copies the order's number, for a mail or another system. */
const CopyNumber = ({ orderId }: { orderId: string }) => (
  <button
    class="btn copy"
    type="button"
    data-size="s"
    data-kind="quiet"
    data-action="copy"
    data-copy={orderId}
    title="Copy the order number"
  >
    <Icon of="copy" />
    <span class="sr" role="status">
      Copy the order number
    </span>
    <kbd>C</kbd>
  </button>
);

/** Who buys what, how much it is, when it is due, who works on it, and the parts of the page. */
export const CaseHead = (props: HeadProps) => {
  const { view, place } = props;
  const { detail, order } = view;
  const name = shopperOf(view);
  return (
    <div class="case-head">
      <div class="case-top">
        <div>
          <Where place={place}>
            {props.mayAct && !stripLeadsOn(props) && <NextButton csrf={props.csrf} isQuiet />}
          </Where>
          <div class="case-title">
            <h1 tabindex={-1}>{name === '' ? <Unsaid>no name</Unsaid> : <bdi>{name}</bdi>}</h1>
            <Clause view={view} />
          </div>
          <StateLine {...props} />
        </div>
        <div class="case-sum">
          <Due {...props} />
          <div>
            <span class="name">Order total</span>
            <span class="big">
              {printAmount(order.orderTotal)} <small>{order.currencyCode}</small>
            </span>
            <span class="name">
              Order {detail.orderId}, group {detail.groupId}, {props.bannerName}{' '}
              <CopyNumber orderId={detail.orderId} />
            </span>
          </div>
        </div>
      </div>
      <Tabs {...props} />
    </div>
  );
};
