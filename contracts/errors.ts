import { z } from 'zod';
import { ConfirmationFigures } from './v1/confirmation.js';

/**
 * Every error code that an HTTP caller may see. The first group is the HBC contract's
 * (`contracts/hbc`); the second belongs to transport and to Verdict's own routes.
 */
export const errorCodes = [
  'missing_field',
  'invalid_type',
  'invalid_value',
  'too_long',
  'invalid_date',
  'invalid_enum',
  'invalid_email',
  'invalid_currency',
  'invalid_json',
  'unknown_transaction',
  'transaction_conflict',
  'decision_conflict',
  'not_in_review',
  'claimed_by_another',
  'claim_lost',
  'already_decided',
  'case_closed',
  'not_undoable',
  'version_conflict',
  'stale_base',
  'rebase_conflict',
  'needs_confirmation',
  'four_eyes',
  'draft_closed',
  'proposal_closed',
  'trial_running',
  'trial_not_running',
  'duplicate_name',
  'part_conflict',
  'import_finished',
  'not_found',
  'unauthorized',
  'forbidden',
  'payload_too_large',
  'unsupported_media_type',
  'key_missing',
  'temporarily_unavailable',
  'internal_error',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One fault. `message` names the JSON path and never the value: it may be a card number. */
export const ApiError = z
  .object({
    error: z.enum(errorCodes),
    message: z.string(),
    /** With `needs_confirmation`: the value that confirms the same request. */
    confirm: z.string().optional(),
    /** With `needs_confirmation`: the effect of the change. */
    figures: ConfirmationFigures.optional(),
  })
  .meta({ id: 'Error', description: 'One fault: a code, and a text naming the JSON path.' });
export type ApiError = z.infer<typeof ApiError>;

/** The body of every answer that is not a success: one element per fault. */
export const ApiErrors = z.array(ApiError).min(1).meta({ id: 'Errors' });
export type ApiErrors = z.infer<typeof ApiErrors>;
