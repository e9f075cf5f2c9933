import type { Child } from 'hono/jsx';
import type { Overview } from '../../../contracts/v1/overview.js';
import type { PartnerState } from '../../../contracts/v1/partners.js';
import { printWhole } from '../../../domain/case/figures.js';
import { clockTime, lengthText, Money } from '../../parts/format.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { type Column, Table } from '../../parts/table.js';
import { bannerWords, partnerWords } from '../../words.js';
import { BarChart, ChartTable, Legend, percent } from './chart.js';
import { type Finding, isDown } from './findings.js';

const minutesOfClock = 5;

/** `14:00`, in the reader's zone. */
const hourText = (hour: string, zone: string): string =>
  clockTime(new Date(hour), zone).slice(0, minutesOfClock);

const Panel = (props: {
  id: string;
  title: string;
  size: 'span-4' | 'span-8' | 'span-12';
  beside?: Child;
  aside?: Child;
  children?: Child;
}) => (
  <section class={`panel ${props.size}`} aria-labelledby={props.id}>
    <div class="panel-head">
      <h2 id={props.id}>{props.title}</h2>
      {props.beside}
      {props.aside && <span class="aside">{props.aside}</span>}
    </div>
    {props.children}
  </section>
);

const outcomes = [
  { of: 'accept', paint: 'a-accept', name: 'Accepted' },
  { of: 'review', paint: 'f-review', name: 'To review' },
  { of: 'reject', paint: 'f-reject', name: 'Rejected' },
] as const;

/** Orders of each hour by the outcome that they got. */
export const OrdersPanel = ({ orders, zone }: { orders: Overview['orders']; zone: string }) => (
  <Panel
    id="orders"
    title="Orders an hour"
    size="span-8"
    beside={
      <Legend entries={outcomes.map(({ of, ...entry }) => ({ ...entry, sum: orders[of] }))} />
    }
  >
    <div class="panel-body">
      <BarChart
        name="Orders an hour by outcome"
        bars={orders.hours.map((hour) => ({
          label: hourText(hour.hour, zone),
          words: `${hourText(hour.hour, zone)}: ${outcomes
            .map(({ of, name }) => `${hour[of]} ${name.toLowerCase()}`)
            .join(', ')}`,
          parts: outcomes.map(({ of, paint }) => ({ value: hour[of], paint })),
        }))}
      />
    </div>
    <ChartTable
      headings={['Hour', ...outcomes.map(({ name }) => name)]}
      rows={orders.hours.map((hour) => ({
        label: hourText(hour.hour, zone),
        values: outcomes.map(({ of }) => hour[of]),
      }))}
    />
  </Panel>
);

/** Whether people keep pace: cases that came in each hour, and those that people ended. */
export const ReviewsPanel = ({ reviews, zone }: { reviews: Overview['reviews']; zone: string }) => {
  const hours = reviews.hours.map((one) => ({ ...one, label: hourText(one.hour, zone) }));
  const sums = {
    began: hours.reduce((sum, { began }) => sum + began, 0),
    ended: hours.reduce((sum, { ended }) => sum + ended, 0),
  };
  return (
    <Panel
      id="reviews"
      title="Reviews an hour"
      size="span-4"
      beside={
        <Legend
          entries={[
            { paint: 'f-4', name: 'Came', sum: sums.began },
            { paint: 'f-2', name: 'Decided', sum: sums.ended },
          ]}
        />
      }
    >
      <div class="panel-body">
        <BarChart
          name="Reviews that came and that people decided"
          bars={hours.flatMap(({ label, began, ended }) => {
            const words = `${label}: ${began} came, ${ended} decided`;
            return [
              { label, words, parts: [{ value: began, paint: 'f-4' }] },
              { label: '', words, parts: [{ value: ended, paint: 'f-2' }] },
            ];
          })}
        />
      </div>
      <ChartTable
        headings={['Hour', 'Came', 'Decided']}
        rows={hours.map(({ label, began, ended }) => ({ label, values: [began, ended] }))}
      />
    </Panel>
  );
};

const hourSeconds = 3600;

const boundText = (seconds: number): string =>
  seconds < hourSeconds ? `${seconds / 60} min` : `${seconds / hourSeconds} h`;

const ageText = (from: number, to: number | null): string => {
  if (to === null) return `over ${boundText(from)}`;
  if (from === 0) return `under ${boundText(to)}`;
  const [start, end] = [boundText(from), boundText(to)];
  const unit = end.split(' ')[1] ?? '';
  return start.endsWith(unit) ? `${start.split(' ')[0]} to ${end}` : `${start} to ${end}`;
};

/** The queue, oldest first, from the cases of an age on. */
const ageAddress = (fromSeconds: number): string =>
  fromSeconds === 0
    ? '/console/queue?sort=age'
    : `/console/queue?age=${fromSeconds / hourSeconds}&sort=age`;

/** Open cases by age; the late ones of each are marked. */
export const AgesPanel = ({ cases, hasQueue }: { cases: Overview['cases']; hasQueue: boolean }) => {
  const most = Math.max(1, ...cases.ages.map((age) => age.cases));
  return (
    <Panel id="ages" title="Open cases by age" size="span-4">
      <table class="tbl ages">
        <tbody>
          {cases.ages.map(({ fromSeconds, toSeconds, cases: count, overdue }) => (
            <tr>
              <th scope="row">
                {hasQueue ? (
                  <a
                    href={ageAddress(fromSeconds)}
                    title={`Open cases of at least ${boundText(fromSeconds)}`}
                  >
                    {ageText(fromSeconds, toSeconds)}
                  </a>
                ) : (
                  ageText(fromSeconds, toSeconds)
                )}
              </th>
              <td>
                <svg class="line-bar" aria-hidden="true">
                  <rect class="f-2" width={percent(count / most)} height="100%" rx="2" />
                  {overdue > 0 && (
                    <rect
                      class="f-overdue"
                      x={percent((count - overdue) / most)}
                      width={percent(overdue / most)}
                      height="100%"
                      rx="2"
                    />
                  )}
                </svg>
              </td>
              <td class="num">
                {overdue > 0 && <StateMark is="overdue">{printWhole(overdue)} late</StateMark>}
                {printWhole(count)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
};

const PartnerMark = ({ partner }: { partner: PartnerState }) => {
  if (!partner.configured) return <Unsaid>no address</Unsaid>;
  if (isDown(partner)) {
    return <StateMark is="down">{partner.state === 'off' ? 'off' : 'down'}</StateMark>;
  }
  if (partner.breaker === null) return <Unsaid>no worker reports</Unsaid>;
  return <StateMark is="ok">{partner.breaker === 'closed' ? 'answers' : 'is tried'}</StateMark>;
};

const Answered = ({ ms }: { ms: number | null }) =>
  ms === null ? <Unsaid>none yet</Unsaid> : <>{printWhole(ms)} ms</>;

/** The partners: whether they answer, and how fast. */
export const PartnersPanel = ({ partners }: { partners: readonly PartnerState[] }) => (
  <Panel id="partners" title="Partners" size="span-4" aside="95 of 100 within">
    <table class="tbl">
      <tbody>
        {partners.map((partner) => (
          <tr>
            <th scope="row">
              <a href="/console/partners">{partnerWords[partner.name]}</a>
            </th>
            <td>
              <PartnerMark partner={partner} />
            </td>
            <td class="num">
              <Answered ms={partner.latency?.p95Ms ?? null} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Panel>
);

const findingIcons = { down: 'down', overdue: 'overdue', reject: 'reject' } as const;

/** What somebody should look at. */
export const FindingsPanel = (props: {
  findings: readonly Finding[];
  mayOpen: (path: string) => boolean;
}) => (
  <Panel id="findings" title="What is wrong" size="span-4">
    {props.findings.length === 0 && (
      <p class="panel-body soft">Nothing: partners answer, no case is late, no order is stuck.</p>
    )}
    {props.findings.map(({ is, title, advice, way: [path, words] }) => (
      <div class="alarm">
        <StateMark is={is} icon={findingIcons[is]} />
        <b>{title}</b>
        <span class="do">
          {advice} {props.mayOpen(path) && <a href={path}>{words}</a>}
        </span>
      </div>
    ))}
  </Panel>
);

type Amounts = Overview['amounts'][number];

const amountColumn = (heading: string, of: 'accept' | 'review' | 'reject'): Column<Amounts> => ({
  heading,
  isNumber: true,
  cell: (row) => <Money amount={row[of]} currency={row.currency} />,
});

const amountColumns: readonly Column<Amounts>[] = [
  { heading: 'Banner', isName: true, isNarrow: true, cell: ({ banner }) => bannerWords[banner] },
  { heading: 'Orders', isNumber: true, cell: ({ orders }) => printWhole(orders) },
  amountColumn('Accepted', 'accept'),
  amountColumn('To review', 'review'),
  amountColumn('Rejected', 'reject'),
];

/** The money of the orders by banner, as they were first answered. */
export const MoneyPanel = ({ amounts }: { amounts: Overview['amounts'] }) => (
  <Panel
    id="money"
    title="Money"
    size="span-12"
    beside={<span class="soft">as the orders were first answered</span>}
  >
    {amounts.length === 0 ? (
      <p class="panel-body soft">No order came in these 24 hours.</p>
    ) : (
      <Table caption="Money by banner" columns={amountColumns} rows={amounts} />
    )}
  </Panel>
);

/** `38 min`, or that nothing was measured. */
export const Within = ({ seconds }: { seconds: number | null }) =>
  seconds === null ? <Unsaid>none decided</Unsaid> : <>{lengthText(seconds * 1000)}</>;
