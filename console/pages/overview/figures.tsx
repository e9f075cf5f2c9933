import type { Child } from 'hono/jsx';
import type { Overview } from '../../../contracts/v1/overview.js';
import { printWhole } from '../../../domain/case/figures.js';
import { lengthText } from '../../parts/format.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { counted } from '../../words.js';
import { Within } from './panels.js';

const secondMs = 1000;

/** From fewer orders than this a share says less than the count. */
const shareOrdersMin = 20;

const Figure = (props: { name: string; to: string | undefined; than: Child; children?: Child }) => {
  const inner = (
    <>
      <span class="name">{props.name}</span>
      <span class="value">{props.children}</span>
      <span class="than">{props.than}</span>
    </>
  );
  return props.to === undefined ? (
    <div class="stat">{inner}</div>
  ) : (
    <a class="stat" href={props.to}>
      {inner}
    </a>
  );
};

const AnsweredFigure = ({ orders }: { orders: Overview['orders'] }) => {
  const all = orders.accept + orders.review + orders.reject;
  const alone = all - orders.review;
  return (
    <Figure
      name="Answered without a person"
      to="#orders"
      than={`${printWhole(orders.review)} to review`}
    >
      {all < shareOrdersMin ? (
        `${alone} of ${all}`
      ) : (
        <>
          {(Math.floor((alone * 1000) / all) / 10).toFixed(1)} <small>%</small>
        </>
      )}
    </Figure>
  );
};

const CasesFigure = ({ cases, hasQueue }: { cases: Overview['cases']; hasQueue: boolean }) => (
  <Figure
    name="Open cases"
    to={hasQueue ? '/console/queue' : '#ages'}
    than={
      cases.overdue === 0 ? (
        'none late'
      ) : (
        <StateMark is="overdue">{printWhole(cases.overdue)} late</StateMark>
      )
    }
  >
    {printWhole(cases.open)}
  </Figure>
);

const RiskFigure = ({ cases, hasQueue }: { cases: Overview['cases']; hasQueue: boolean }) => {
  const known = cases.atRisk.flatMap(({ currency, amount }) =>
    currency === null ? [] : [{ currency, amount }],
  );
  const unknown = cases.atRisk.reduce((sum, risk) => sum + risk.unknown, 0);
  const [first, ...rest] = known;
  const than = [
    ...rest.map(({ currency, amount }) => `${printWhole(amount)} ${currency}`),
    ...(unknown > 0 ? [`${counted(unknown, 'case')} unknown`] : []),
  ];
  return (
    <Figure
      name="At risk in them"
      to={hasQueue ? '/console/queue' : undefined}
      than={than.length === 0 ? 'score × amount' : `and ${than.join(', ')}`}
    >
      {first === undefined ? (
        <Unsaid>nothing</Unsaid>
      ) : (
        <>
          {printWhole(first.amount)} <small>{first.currency}</small>
        </>
      )}
    </Figure>
  );
};

const oldestText = ({ waiting, oldestSeconds }: Overview['settling']): string =>
  waiting === 0 ? 'none waits' : `the oldest for ${lengthText(oldestSeconds * secondMs)}`;

/** The six figures at the top; each leads to what it counts, where the reader may open that. */
export const Figures = (props: {
  overview: Overview;
  hasQueue: boolean;
  hasOperations: boolean;
}) => {
  const { orders, cases, reviews, settling } = props.overview;
  const { halfWithinSeconds, nineTenthsWithinSeconds, byPeople } = reviews;
  return (
    <div class="stats">
      <Figure
        name="Orders in 24 hours"
        to="#orders"
        than={`${printWhole(orders.reject)} rejected at once`}
      >
        {printWhole(orders.accept + orders.review + orders.reject)}
      </Figure>
      <AnsweredFigure orders={orders} />
      <CasesFigure cases={cases} hasQueue={props.hasQueue} />
      <RiskFigure cases={cases} hasQueue={props.hasQueue} />
      <Figure
        name="Half decided within"
        to="#reviews"
        than={
          nineTenthsWithinSeconds === null
            ? 'by people, in 24 hours'
            : `nine in ten of ${printWhole(byPeople)} within ${lengthText(
                nineTenthsWithinSeconds * secondMs,
              )}`
        }
      >
        <Within seconds={halfWithinSeconds} />
      </Figure>
      <Figure
        name="Waiting for OMS"
        to={props.hasOperations ? '/console/operations' : undefined}
        than={oldestText(settling)}
      >
        {printWhole(settling.waiting)}
      </Figure>
    </div>
  );
};
