import type { Child } from 'hono/jsx';
import { Icon, type IconName } from './icon.js';

/** One line at the top of what it concerns: what is, and what to do. */
export const Notice = (props: {
  is?: 'down' | 'reject' | 'review';
  icon: IconName;
  children?: Child;
  aside?: Child;
}) => (
  <p class="notice" data-is={props.is}>
    <Icon of={props.icon} />
    <span>{props.children}</span>
    {props.aside && <span class="aside">{props.aside}</span>}
  </p>
);

/** One sentence about what went wrong. */
export const Fault = ({ children }: { children?: string | undefined }) =>
  children === undefined ? null : (
    <p class="fault" role="alert">
      <Icon of="reject" />
      <span>{children}</span>
    </p>
  );

/** Why something is empty, what would fill it, and one way on. */
export const EmptyState = (props: { title: string; children?: Child; ways?: Child }) => (
  <div class="state">
    <h2>{props.title}</h2>
    {props.children}
    {props.ways && <p class="line">{props.ways}</p>}
  </div>
);
