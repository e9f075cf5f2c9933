import type { Child } from 'hono/jsx';
import { Icon, type IconName } from './icon.js';

/** What a shape and a colour may say. `ok` needs no colour, `none` is hollow. */
export type State = 'accept' | 'review' | 'reject' | 'overdue' | 'down' | 'ok' | 'none';

const icons: Readonly<Record<State, IconName>> = {
  accept: 'accept',
  review: 'review',
  reject: 'reject',
  overdue: 'overdue',
  down: 'down',
  ok: 'check',
  none: 'unknown',
};

/** An outcome or a state: a shape, a word and a colour. The chip is for once a page. */
export const StateMark = (props: {
  is: State;
  children?: Child;
  isChip?: boolean;
  title?: string | undefined;
  icon?: IconName | undefined;
}) => (
  <span class={props.isChip ? 'out chip' : 'out'} data-is={props.is} title={props.title}>
    <Icon of={props.icon ?? icons[props.is]} />
    <span>{props.children}</span>
  </span>
);

/** A small mark in a table. Its word is heard and shown on hover. */
export const Mark = ({ icon, is = 'none', word }: { icon: IconName; is?: State; word: string }) => (
  <span class="out" data-is={is} title={word}>
    <Icon of={icon} />
    <span class="sr">{word}</span>
  </span>
);

/** What nobody said: a hollow outline with words. */
export const Unsaid = ({ children }: { children?: Child }) => (
  <span class="unsaid">{children}</span>
);
