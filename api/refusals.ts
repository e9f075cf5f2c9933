import type { ConfirmationFigures } from '../contracts/v1/confirmation.js';
import { fault, HttpFault } from './faults.js';

/** 409: the version in force is not the one that the caller expects. */
export const versionConflict = () =>
  fault(409, 'version_conflict', '$.expectedVersion is not the version in force');

/** 409: the caller's draft would undo later changes. */
export const staleBase = () =>
  fault(409, 'stale_base', 'it was begun from what is not in force any more: rebase it first');

const countOf = (part: number, whole: number, what: string) => `${part} of ${whole} ${what}`;

const describeFigures = ({ rules, answers }: ConfirmationFigures): string => {
  const { changed, evaluated, undetermined } = answers;
  return [
    ...(rules === null ? [] : [`${countOf(rules.out, rules.inForce, 'rules')} go out of force`]),
    `${countOf(changed, evaluated, 'answers')} of the last day would have been others`,
    ...(undetermined > 0 ? [`of ${undetermined} more orders it cannot be told`] : []),
  ].join('; ');
};

/** 409: the change affects a lot, so the caller has to confirm it. */
export const needsConfirmation = ({
  confirm,
  figures,
}: {
  readonly confirm: string;
  readonly figures: ConfirmationFigures;
}): HttpFault =>
  new HttpFault(409, [
    {
      error: 'needs_confirmation',
      message: `$.confirm is needed: ${describeFigures(figures)}`,
      confirm,
      figures,
    },
  ]);
