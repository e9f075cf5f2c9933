import { z } from 'zod';
import { storable } from '../faults.js';

/** What somebody may write beside a change, for the audit trail; empty when left out. */
export const freeText = z.string().trim().max(500).check(storable).default('');
