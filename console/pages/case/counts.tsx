import type { SubjectCounts } from '../../../db/subject-counts.js';
import {
  type CountedMeasure,
  type CountedWindow,
  countedMeasures,
  countedWindows,
} from '../../../domain/case/counts.js';
import { printWhole } from '../../../domain/case/figures.js';
import type { RuleLimit } from '../../../domain/case/limits.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { Icon } from '../../parts/icon.js';
import { subjectValue, subjectWords } from './words.js';

const windows: Readonly<Record<CountedWindow, string>> = {
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  lifetime: 'Lifetime',
};

const measures: Readonly<Record<CountedMeasure, string>> = {
  orders: 'Orders',
  sum: 'Sum',
  cards: 'Cards',
  emails: 'Mailboxes',
  accounts: 'Accounts',
};

/** Groups of facts that count the orders of a subject. */
const factGroups: Readonly<Record<SubjectCounts['subject'], string>> = {
  card: 'byCard',
  email: 'byEmail',
  account: 'byAccount',
  device: 'byDevice',
  ip: 'byIp',
  address: 'byAddress',
};

/** The windows of facts, as the columns that they are nearest to. */
const columnOfWindow: Readonly<Record<string, CountedWindow>> = {
  '10m': 'hour',
  '15m': 'hour',
  '1h': 'hour',
  '24h': 'day',
  '7d': 'week',
  '14d': 'week',
};

const factForm = /^([a-z]+)(\d+[mhd])$/i;

interface Limited {
  readonly limit: RuleLimit;
  readonly measure: CountedMeasure;
  readonly window: CountedWindow;
  readonly words: string;
}

const limitsOf = (limits: readonly RuleLimit[], subject: SubjectCounts['subject']): Limited[] =>
  limits.flatMap((limit) => {
    const [group, name = ''] = limit.fact.split('.');
    const [, measure = '', span = ''] = factForm.exec(name) ?? [];
    const window = columnOfWindow[span];
    const isCounted = countedMeasures.includes(measure as CountedMeasure);
    if (group !== factGroups[subject] || window === undefined || !isCounted) return [];
    if (!limit.operator.startsWith('>')) return [];
    const what =
      measure === 'orders' ? '' : ` ${measures[measure as CountedMeasure].toLowerCase()}`;
    return [
      {
        limit,
        window,
        measure: measure as CountedMeasure,
        words: `${limit.ruleId} from ${limit.limit}${what} in ${span}`,
      },
    ];
  });

const isOver = (count: number, { operator, limit }: RuleLimit): boolean =>
  operator === '>' ? count > limit : count >= limit;

/** The lowest limit of each rule says where it begins. */
const begins = (limited: readonly Limited[]): Limited[] => {
  const lowest = new Map<string, Limited>();
  for (const one of limited) {
    const known = lowest.get(one.limit.ruleId);
    if (known === undefined || one.limit.limit < known.limit.limit) {
      lowest.set(one.limit.ruleId, one);
    }
  }
  return [...lowest.values()];
};

const limitsShown = 2;

const Row = (props: { view: CaseView; counts: SubjectCounts; measure: CountedMeasure }) => {
  const { view, counts, measure } = props;
  const { subject, isMore } = counts;
  const own = limitsOf(view.limits, subject);
  const here = begins(own.filter((one) => one.measure === measure));
  const value = subjectValue(view.order, subject);
  return (
    <tr>
      <th scope="row">
        <span class="who">
          <Icon of={subjectWords[subject].icon} />
          <span class="cut" title={value}>
            <span class="sr">{subjectWords[subject].label} </span>
            <bdi>{value}</bdi>
          </span>
        </span>
      </th>
      {countedWindows.map((window) => {
        const count = counts.counts[window][measure];
        const over = own.some(
          (one) =>
            one.measure === measure &&
            one.window === window &&
            isOver(count, one.limit) &&
            // A condition may need more than this count.
            view.rules.some(({ id }) => id === one.limit.ruleId),
        );
        return (
          <td class="num" data-over={over ? '' : undefined}>
            {printWhole(count)}
            {isMore && window === 'lifetime' && '+'}
            {over && <span class="sr"> over a limit</span>}
          </td>
        );
      })}
      <td class="limit" title={here.map(({ words }) => words).join('\n')}>
        {here.length === 0
          ? 'no rule counts this'
          : here
              .slice(0, limitsShown)
              .map(({ words }) => words)
              .join(', ')}
      </td>
    </tr>
  );
};

const Table = ({ view, measure }: { view: CaseView; measure: CountedMeasure }) => (
  <table class="tbl grid-counts wide">
    <thead>
      <tr>
        <th scope="col">Subject</th>
        {countedWindows.map((window) => (
          <th scope="col" class="num">
            {windows[window]}
          </th>
        ))}
        <th scope="col">Where rules begin</th>
      </tr>
    </thead>
    <tbody>
      {view.counts.map((counts) => (
        <Row view={view} counts={counts} measure={measure} />
      ))}
    </tbody>
  </table>
);

/** Counts by subject and window up to the order's receipt, one measure at a time. */
export const CountsPanel = ({ view }: { view: CaseView }) => (
  <section class="panel" id="counts" aria-labelledby="counts-h">
    <div class="panel-head">
      <h2 id="counts-h">Counts</h2>
      <span class="soft">when the order came, itself included</span>
    </div>
    <div class="measures">
      <fieldset class="seg" aria-label="What to count">
        {countedMeasures.map((measure) => (
          <label>
            <input
              class="sr"
              type="radio"
              name="measure"
              value={measure}
              checked={measure === 'orders'}
            />
            {measures[measure]}
          </label>
        ))}
      </fieldset>
      {countedMeasures.map((measure) => (
        <div
          class="scroll-x measure"
          data-measure={measure}
          tabindex={0}
          role="group"
          aria-label={`${measures[measure]} by subject and window`}
        >
          <Table view={view} measure={measure} />
        </div>
      ))}
    </div>
  </section>
);
