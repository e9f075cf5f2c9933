import { trimmedText } from '../faults.js';

/** An optional note on a change, for the audit trail; empty when absent. */
export const freeText = trimmedText('note').default('');

const lettersMin = 3;

/** True for a text with at least three letters: marks and digits alone explain nothing. */
export const isReason = (text: string): boolean =>
  (text.match(/\p{L}/gu)?.length ?? 0) >= lettersMin;

/** The message for a text that is no reason; it counts as a missing one. */
export const noReason = `must have at least ${lettersMin} letters`;

/** The required reason of a change, for the audit trail. */
export const reasonText = trimmedText('note')
  .refine(isReason, { error: noReason, params: { code: 'missing_field' } })
  .meta({ minLength: lettersMin });
