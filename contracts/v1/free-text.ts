import { z } from 'zod';
import { isStorable } from '../faults.js';

/** What somebody may write beside a change, for the audit trail; empty when left out. */
export const freeText = z
  .string()
  .trim()
  .max(500)
  .refine(isStorable, 'must be well-formed text without NUL')
  .default('');
