import type { Child } from 'hono/jsx';

/**
 * A part of a page that shows how far some work is. While `address` is given, it asks for itself
 * anew every few seconds.
 */
export const Progressing = (props: { address: string | undefined; children?: Child }) => (
  <div
    {...(props.address !== undefined && {
      'hx-get': props.address,
      'hx-trigger': 'every 3s',
      'hx-swap': 'outerHTML',
    })}
  >
    {props.children}
  </div>
);

/** How many of some parts are done, as a bar with its words. */
export const Meter = (props: { done: number; total: number; label: string; children?: Child }) => (
  <div class="meter">
    <progress max={Math.max(1, props.total)} value={props.done} aria-label={props.label}></progress>
    <span class="soft">{props.children}</span>
  </div>
);
