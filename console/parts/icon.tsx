import { assetAddress } from '../assets.js';

/** The drawings in `assets/icons.svg`. */
export type IconName =
  | 'accept'
  | 'review'
  | 'reject'
  | 'clock'
  | 'overdue'
  | 'down'
  | 'plug'
  | 'unknown'
  | 'lock'
  | 'differs'
  | 'same'
  | 'escalate'
  | 'hold'
  | 'note'
  | 'tag'
  | 'undo'
  | 'search'
  | 'check'
  | 'close'
  | 'plus'
  | 'chevron'
  | 'right'
  | 'out'
  | 'queue'
  | 'order'
  | 'chart'
  | 'rule'
  | 'trial'
  | 'list'
  | 'bell'
  | 'ops'
  | 'log'
  | 'person'
  | 'graph'
  | 'device'
  | 'card'
  | 'mail'
  | 'home'
  | 'net'
  | 'gift'
  | 'keys'
  | 'theme'
  | 'print'
  | 'copy'
  | 'mark';

const sprite = assetAddress('icons.svg');

/** A drawing in the colour of the text beside it. It says nothing alone: a word stands with it. */
export const Icon = ({
  of,
  is,
  kind = 'i',
}: {
  of: IconName;
  is?: string;
  kind?: 'i' | 'mark';
}) => (
  <svg class={kind} data-is={is} aria-hidden="true">
    <use href={`${sprite}#${of}`}></use>
  </svg>
);
