import { z } from 'zod';
import { trimmedText } from '../faults.js';
import { text } from '../hbc/primitives.js';
import { CaseNote, CaseSummary } from './cases.js';
import { reasonText } from './free-text.js';
import { zonedMoment } from './queries.js';

/** Where the work on a case stands. */
export const CaseWork = CaseSummary.pick({
  caseId: true,
  status: true,
  claim: true,
  escalation: true,
  hold: true,
  noteCount: true,
  tags: true,
  pendingDecision: true,
}).meta({ id: 'CaseWork' });
export type CaseWork = z.output<typeof CaseWork>;

/** Body of `POST /v1/cases/{caseId}/claim`; optional. */
export const ClaimRequest = z
  .strictObject({
    /** Takes the case from whoever holds it. */
    takeOverReason: reasonText.optional(),
  })
  .meta({ id: 'ClaimRequest' });

/** A body without any field. */
export const NoFields = z.strictObject({}).meta({ id: 'NoFields' });

/** Body of `POST /v1/cases/{caseId}/decision`. */
export const CaseDecisionRequest = z
  .strictObject({
    recommendationCode: z.enum(['accept', 'reject']),
    reasonCode: trimmedText('code', 1),
    remarks: text('remarks').optional(),
  })
  .meta({ id: 'CaseDecisionRequest' });

/** Body of `POST /v1/cases/{caseId}/assignment`. */
export const AssignmentRequest = z
  .strictObject({
    assignee: z
      .string()
      .regex(/^(reviewer|lead|admin):[\w.@-]{1,100}$/, 'must be like reviewer:ann')
      .meta({ pattern: String.raw`^(reviewer|lead|admin):[\w.@-]{1,100}$` }),
    reason: reasonText,
  })
  .meta({ id: 'AssignmentRequest' });

/** Body of `POST /v1/cases/{caseId}/escalation`. */
export const EscalationRequest = z
  .strictObject({ reason: reasonText })
  .meta({ id: 'EscalationRequest' });

/** Body of `POST /v1/cases/{caseId}/hold`. */
export const HoldRequest = z
  .strictObject({ until: zonedMoment, reason: reasonText.optional() })
  .meta({ id: 'HoldRequest' });

const accountName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/i, 'must be the name of an account');

/** Body of `POST /v1/cases/{caseId}/notes`. */
export const NoteRequest = z
  .strictObject({
    text: trimmedText('remarks', 1),
    mentions: z.array(accountName).max(20).optional(),
  })
  .meta({ id: 'NoteRequest' });

/** A tag is a code; a long run of digits could be a card number. */
export const tagText = z
  .string()
  .regex(/^(?!.*\d{7})[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be like gift-ring')
  .meta({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$' });

/** Body of `POST /v1/cases/{caseId}/tags`. */
export const TagRequest = z.strictObject({ tag: tagText }).meta({ id: 'TagRequest' });

/** Answer of `POST /v1/cases/claim-next`. */
export const NextCase = z.object({ case: CaseWork.nullable() }).meta({ id: 'NextCase' });

export { CaseNote };
