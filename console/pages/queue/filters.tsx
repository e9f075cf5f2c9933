import { labelKinds } from '../../../contracts/v1/labels.js';
import { banners } from '../../../contracts/hbc/transaction.js';
import { Icon } from '../../parts/icon.js';
import type { NameOf } from '../../parts/people.js';
import { printWhole } from '../../../domain/case/figures.js';
import type { VotingPartner } from '../../../contracts/voting-partners.js';
import { bannerWords, partnerWords } from '../../words.js';
import { Choice, Choices, Field, Filter } from './filter-parts.js';
import { type Filters, queueAddress, setFilters, without } from './query.js';
import type { SideState } from '../../side.js';
import { NarrowViews } from './views.js';

const hoursInDay = 24;

/** `4 h`, `3 d`. */
const ageText = (hours: number): string =>
  hours >= hoursInDay && hours % hoursInDay === 0 ? `${hours / hoursInDay} d` : `${hours} h`;

const statusWords = { open: 'Open', closed: 'Closed' } as const;
const reasonWords = { review: 'In review', oms_rejected: 'Refused by OMS' } as const;

const amountRange = ({ min, max }: Filters): string | undefined => {
  if (min === undefined && max === undefined) return undefined;
  if (max === undefined) return `from ${printWhole(min ?? 0)}`;
  return min === undefined
    ? `up to ${printWhole(max)}`
    : `${printWhole(min)} to ${printWhole(max)}`;
};

/** Who can hold a case, and what to call them. */
export interface People {
  readonly names: readonly string[];
  readonly nameOf: NameOf;
}

const whoText = (who: string, { nameOf }: People): string =>
  who === 'me' || who === 'nobody' ? { me: 'Me', nobody: 'Nobody' }[who] : nameOf(who);

const listText = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.filter((text) => text !== undefined).join(', ') || undefined;

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

/** Somebody who is no longer at the desk stays chosen until another one is. */
const WhoFilter = ({ filters: { who }, filters, people }: WorkProps) => {
  const others = [...people.names, ...(who === undefined ? [] : [who])];
  return (
    <Filter
      id="who"
      name="Assigned"
      value={who && whoText(who, people)}
      cleared={without(filters, 'who')}
    >
      <label class="label-of">
        To
        <select class="field" name="who">
          <option value="">Anybody</option>
          {[...new Set(['me', 'nobody', ...others])].map((one) => (
            <option value={one} selected={one === who}>
              {whoText(one, people)}
            </option>
          ))}
        </select>
      </label>
    </Filter>
  );
};

interface WorkProps {
  readonly filters: Filters;
  readonly people: People;
}

const WorkFilters = ({ filters, people }: WorkProps) => (
  <>
    <Filter
      id="amount"
      name="Amount"
      value={amountRange(filters)}
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
    <WhoFilter filters={filters} people={people} />
    <Filter
      id="tag"
      name="Tag, label"
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
  people: People;
  found?: string | undefined;
  /** The views, where the page is one of them. */
  state?: SideState | undefined;
}) => {
  const { filters } = props;
  return (
    <div class="filters">
      <Find csrf={props.csrf} text={props.found} />
      {props.state && <NarrowViews state={props.state} />}
      <form class="filter-form" action="/console/queue" aria-label="Filter cases" data-drop-empty>
        <Kept filters={filters} />
        <StateFilters filters={filters} />
        <WorkFilters filters={filters} people={props.people} />
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
