import type { Child } from 'hono/jsx';
import { Button } from '../../parts/controls.js';
import { Icon } from '../../parts/icon.js';
import type { FilterName } from './query.js';

interface FilterProps {
  readonly id: string;
  readonly name: string;
  /** What is set, in words. */
  readonly value: string | undefined;
  /** The address without this filter. */
  readonly cleared: string;
  readonly children?: Child;
}

/** One filter: a button that shows what is set, and a list that opens below it. */
export const Filter = ({ id, name, value, cleared, children }: FilterProps) => (
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

export const Choice = (props: {
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

export const Field = (props: {
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
export const Choices = (props: {
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
