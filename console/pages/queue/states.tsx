import { EmptyState } from '../../parts/notices.js';
import { type FilterName, type Filters, queueAddress, setFilters, without } from './query.js';

/** Filters whose two halves are set as one. */
const together: Partial<Record<FilterName, readonly FilterName[]>> = {
  min: ['min', 'max'],
  max: ['min', 'max'],
};

const filterWords: Readonly<Record<FilterName, string>> = {
  banner: 'banner',
  status: 'state',
  reason: 'reason',
  rule: 'rule',
  min: 'amount',
  max: 'amount',
  age: 'age',
  who: 'assigned',
  down: 'partner down',
  label: 'label',
  tag: 'tag',
};

/** The queue without a row, because of filters: offers to clear the last of them. */
const NothingFiltered = ({ filters }: { filters: Filters }) => {
  const last = setFilters(filters).at(-1);
  return (
    <EmptyState
      title="No case is like this"
      ways={
        <>
          {last && (
            <a class="btn" href={without(filters, ...(together[last] ?? [last]))}>
              Clear the filter “{filterWords[last]}”
            </a>
          )}
          <a class="btn" data-kind="quiet" href={queueAddress({})}>
            Show all open cases
          </a>
        </>
      }
    >
      <p class="soft">
        Cases are open, but none of them passes all filters. New ones that do show up here by
        themselves.
      </p>
    </EmptyState>
  );
};

/** Why no case is shown, and one way on. */
export const EmptyQueue = ({ filters }: { filters: Filters }) =>
  setFilters(filters).length > 0 || (filters.view !== undefined && filters.view !== 'all') ? (
    <NothingFiltered filters={filters} />
  ) : (
    <EmptyState
      title="Nothing waits for you"
      ways={
        <a class="btn" href={queueAddress({ status: 'closed' })}>
          Show closed cases
        </a>
      }
    >
      <p class="soft">
        No case is open. An order comes here when a rule or a partner asks for a review. New cases
        show up by themselves.
      </p>
    </EmptyState>
  );
