import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { PlacedListRead } from '../rule-sets/find-list-reads.js';

/** What the thread that reads untrusted rule texts says of one. */
export type ThreadAnswer =
  | {
      readonly kind: 'valid';
      readonly hash: string;
      readonly listReads: readonly PlacedListRead[];
      /** What can only be a mistake, though the text could be used. */
      readonly doubts: readonly RuleTextProblem[];
    }
  | {
      readonly kind: 'refused';
      readonly problems: readonly RuleTextProblem[];
      /** As far as the text could be read. */
      readonly listReads?: readonly PlacedListRead[];
      readonly doubts?: readonly RuleTextProblem[];
    };
