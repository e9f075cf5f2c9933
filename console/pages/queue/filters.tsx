import type { Child } from 'hono/jsx';
import { labelKinds } from '../../../contracts/v1/labels.js';
import { banners } from '../../../contracts/hbc/transaction.js';
import { Button } from '../../parts/controls.js';
import { Icon } from '../../parts/icon.js';
import { wholeText } from '../../parts/format.js';
import type { VotingPartner } from '../../../contracts/voting-partners.js';
import { bannerWords, partnerWords } from '../../words.js';
import { type FilterName, type Filters, queueAddress, setFilters, without } from './query.js';

const hoursInDay = 24;

/** `4 h`, `3 d`. */
const ageText = (hours: number): string =>
  hours >= hoursInDay && hours % hoursInDay === 0 ? `${hours / hoursInDay} d` : `${hours} h`;

const statusWords = { open: 'Open', closed: 'Closed' } as const;
const reasonWords = { review: 'In review', oms_rejected: 'Refused by OMS' } as const;

const amountText = ({ min, max }: Filters): string | undefined => {
  if (min === undefined && max === undefined) return undefined;
  if (max === undefined) return `from ${wholeText(min ?? 0)}`;
  return min === undefined ? `up to ${wholeText(max)}` : `${wholeText(min)} to ${wholeText(max)}`;
};

const whoText = (who: string | undefined): string | undefined =>
  who === 'me' || who === 'nobody' ? { me: 'Me', nobody: 'Nobody' }[who] : who;

const listText = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.filter((text) => text !== undefined).join(', ') || undefined;

interface FilterProps {
  readonly id: string;
  readonly name: string;
  /** What is set, in words. */
  readonly value: string | undefined;
  /** The address without this filter. */
  readonly cleared: string;
  readonly children?: Child;
}

/** One filter: a button that tells what is set, and a list that opens below it. */
const Filter = ({ id, name, value, cleared, children }: FilterProps) => (
  <>
    <button
      class="btn filter"
      type="button"
      popovertarget={`filter-${id}`}
      data-set={value === undefined ? undefined : 'true'}
    >
      {name}
      {value && (
        <>
          {' '}
          <b class="cut">{value}</b>
        </>
      )}
      <Icon of="chevron" />
    </button>
    <div class="pop filter-pop" popover="auto" id={`filter-${id}`} role="group" aria-label={name}>
      {children}
      <p class="foot">
        <Button type="submit" kind="main" size="s">
          Show
        </Button>
        {value && (
          <a class="btn" data-kind="quiet" data-size="s" href={cleared}>
            Clear
          </a>
        )}
      </p>
    </div>
  </>
);

const Choice = (props: {
  type: 'radio' | 'checkbox';
  name: FilterName;
  value: string;
  isChosen: boolean;
  children?: Child;
}) => (
  <label class="tick">
    <input type={props.type} name={props.name} value={props.value} checked={props.isChosen} />
    {props.children}
  </label>
);

const Field = (props: {
  name: FilterName;
  label: string;
  value: string | number | undefined;
  type?: string;
}) => (
  <label class="label-of">
    {props.label}
    <input
      class="field"
      type={props.type ?? 'text'}
      name={props.name}
      value={props.value === undefined ? undefined : String(props.value)}
      min={props.type === 'number' ? '0' : undefined}
      autocomplete="off"
      maxlength={80}
    />
  </label>
);

/** Radio buttons for one filter; the first one filters nothing. */
const Choices = (props: {
  name: FilterName;
  chosen: string | undefined;
  options: readonly (readonly [value: string, word: string])[];
}) => (
  <>
    {props.options.map(([value, word]) => (
      <Choice
        type="radio"
        name={props.name}
        value={value}
        isChosen={value === (props.chosen ?? '')}
      >
        {word}
      </Choice>
    ))}
  </>
);

const ageOptions = [
  ['', 'Any'],
  ...[1, 4, 24, 72].map((hours) => [String(hours), `At least ${ageText(hours)}`] as const),
] as const;

const StateFilters = ({ filters }: { filters: Filters }) => (
  <>
    <Filter
      id="banner"
      name="Banner"
      value={listText(...filters.banner.map((one) => bannerWords[one]))}
      cleared={without(filters, 'banner')}
    >
      {banners.map((one) => (
        <Choice type="checkbox" name="banner" value={one} isChosen={filters.banner.includes(one)}>
          {bannerWords[one]}
        </Choice>
      ))}
    </Filter>
    <Filter
      id="status"
      name="State"
      value={filters.status && statusWords[filters.status]}
      cleared={without(filters, 'status')}
    >
      <Choices
        name="status"
        chosen={filters.status}
        options={[
          ['', statusWords.open],
          ['closed', statusWords.closed],
        ]}
      />
    </Filter>
    <Filter
      id="reason"
      name="Reason"
      value={listText(filters.reason && reasonWords[filters.reason], filters.rule)}
      cleared={without(filters, 'reason', 'rule')}
    >
      <Choices
        name="reason"
        chosen={filters.reason}
        options={[['', 'Any'], ...(Object.entries(reasonWords) as [string, string][])]}
      />
      <Field name="rule" label="Rule, by its id" value={filters.rule} />
    </Filter>
  </>
);

const WorkFilters = ({ filters }: { filters: Filters }) => (
  <>
    <Filter
      id="amount"
      name="Amount"
      value={amountText(filters)}
      cleared={without(filters, 'min', 'max')}
    >
      <Field name="min" label="From" type="number" value={filters.min} />
      <Field name="max" label="Up to" type="number" value={filters.max} />
    </Filter>
    <Filter
      id="age"
      name="Age"
      value={filters.age === undefined ? undefined : `from ${ageText(filters.age)}`}
      cleared={without(filters, 'age')}
    >
      <Choices
        name="age"
        chosen={filters.age === undefined ? undefined : String(filters.age)}
        options={ageOptions}
      />
    </Filter>
    <Filter id="who" name="Assigned" value={whoText(filters.who)} cleared={without(filters, 'who')}>
      <Choices
        name="who"
        chosen={filters.who}
        options={[
          ['', 'Anybody'],
          ['me', 'Me'],
          ['nobody', 'Nobody'],
        ]}
      />
    </Filter>
    <Filter
      id="tag"
      name="Tag"
      value={listText(filters.tag, filters.label)}
      cleared={without(filters, 'tag', 'label')}
    >
      <Field name="tag" label="Tag" value={filters.tag} />
      <label class="label-of">
        Label
        <select class="field" name="label">
          <option value="">Any</option>
          {labelKinds.map((kind) => (
            <option value={kind} selected={kind === filters.label}>
              {kind.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
      </label>
    </Filter>
  </>
);

const DownFilter = (props: { filters: Filters; partners: readonly VotingPartner[] }) => (
  <Filter
    id="down"
    name="Partner down"
    value={props.filters.down && partnerWords[props.filters.down]}
    cleared={without(props.filters, 'down')}
  >
    <Choices
      name="down"
      chosen={props.filters.down}
      options={[['', 'Any'], ...props.partners.map((one) => [one, partnerWords[one]] as const)]}
    />
  </Filter>
);

/** Filters that no button of the line changes, so that a change of another one keeps them. */
const Kept = ({ filters }: { filters: Filters }) => (
  <>
    {(['view', 'sort'] as const).map(
      (name) => filters[name] && <input type="hidden" name={name} value={filters[name]} />,
    )}
  </>
);

const Find = ({ csrf, text }: { csrf: string; text: string | undefined }) => (
  <form class="find" method="post" action="/console/queue/find" role="search">
    <input type="hidden" name="csrf" value={csrf} />
    <Icon of="search" />
    <input
      class="field"
      type="search"
      name="find"
      value={text}
      required
      maxlength={200}
      autocomplete="off"
      aria-label="Find by order, e-mail, card or account"
      placeholder="Order, e-mail, card, account"
    />
    <kbd>/</kbd>
  </form>
);

/** The line of the search and all filters. The address holds the filters, never the search. */
export const FilterLine = (props: {
  filters: Filters;
  csrf: string;
  partners: readonly VotingPartner[];
  found?: string | undefined;
}) => {
  const { filters } = props;
  return (
    <div class="filters">
      <Find csrf={props.csrf} text={props.found} />
      <form class="filter-form" action="/console/queue" aria-label="Filter cases" data-drop-empty>
        <Kept filters={filters} />
        <StateFilters filters={filters} />
        <WorkFilters filters={filters} />
        <DownFilter filters={filters} partners={props.partners} />
      </form>
      {setFilters(filters).length > 0 && (
        <a class="btn end" data-kind="quiet" href={queueAddress({ view: filters.view })}>
          Clear all
        </a>
      )}
    </div>
  );
};
