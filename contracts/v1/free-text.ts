import { trimmedText } from '../faults.js';

/** What somebody may write beside a change, for the audit trail; empty when left out. */
export const freeText = trimmedText('note').default('');

const lettersMin = 3;

/** True for a text with three letters at least: marks and digits alone tell nobody why. */
export const isReason = (text: string): boolean =>
  (text.match(/\p{L}/gu)?.length ?? 0) >= lettersMin;

/** What is said of a reason that is none; it counts as one that is missing. */
export const noReason = `must have at least ${lettersMin} letters`;

/** Why somebody makes a change that needs a reason, for the audit trail. */
export const reasonText = trimmedText('note')
  .refine(isReason, { error: noReason, params: { code: 'missing_field' } })
  .meta({ minLength: lettersMin });
