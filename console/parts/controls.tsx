import type { Child } from 'hono/jsx';
import { Icon, type IconName } from './icon.js';

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

export interface ButtonProps {
  readonly children?: Child;
  readonly icon?: IconName | undefined;
  /** The letter that presses it. */
  readonly letter?: string | undefined;
  readonly action?: string | undefined;
  readonly kind?: 'main' | 'quiet' | 'accept' | 'reject' | undefined;
  readonly size?: 's' | undefined;
  readonly type?: 'button' | 'submit' | undefined;
  readonly isDisabled?: boolean | undefined;
  /** Any other attribute, such as htmx's. */
  readonly with?: Attributes | undefined;
}

/** A button that says its act and shows its key. */
export const Button = (props: ButtonProps) => (
  <button
    class="btn"
    type={props.type ?? 'button'}
    data-action={props.action}
    data-kind={props.kind}
    data-size={props.size}
    disabled={props.isDisabled}
    {...props.with}
  >
    {props.icon && <Icon of={props.icon} />}
    {props.children}
    {props.letter && <kbd>{props.letter}</kbd>}
  </button>
);

/** The hidden field by which a form shows that it came from this session's page. */
export const CsrfField = ({ token }: { token: string }) => (
  <input type="hidden" name="csrf" value={token} />
);
