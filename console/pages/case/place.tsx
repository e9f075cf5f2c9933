import type { Child } from 'hono/jsx';
import { Icon } from '../../parts/icon.js';

/** Where the case stands in the queue that it was opened from. */
export interface Place {
  readonly queueAddress: string;
  readonly queueName: string;
  readonly position: number | undefined;
  readonly total: string;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  /** The case itself, in this queue. */
  readonly here: string;
}

/** The neighbour takes the place of the open case: the document and its stream stay. */
const Step = (props: { href: string | undefined; words: string; letter: string; rel: string }) =>
  props.href === undefined ? null : (
    <a
      class="btn"
      data-size="s"
      data-kind="quiet"
      href={props.href}
      rel={props.rel}
      hx-boost="true"
      hx-target="#main"
      hx-swap="outerHTML show:window:top"
      title={`${props.words} case`}
    >
      {props.words} <kbd>{props.letter}</kbd>
    </a>
  );

/** The way back to the queue, and to the neighbours in it. */
export const Where = ({ place, children }: { place: Place; children?: Child }) => (
  <nav class="case-where" aria-label="Place in the queue">
    <a href={place.queueAddress} data-action="queue">
      Queue
    </a>
    <Icon of="right" />
    <a href={place.queueAddress}>{place.queueName}</a>
    {place.position !== undefined && (
      <span>
        {place.position} of {place.total}
      </span>
    )}
    <Step href={place.previous} words="Previous" letter="K" rel="prev" />
    <Step href={place.next} words="Next" letter="J" rel="next" />
    {children}
  </nav>
);
