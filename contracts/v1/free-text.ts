import { trimmedText } from '../faults.js';

/** What somebody may write beside a change, for the audit trail; empty when left out. */
export const freeText = trimmedText('note').default('');
