import { z } from 'zod';
import { trimmedText } from '../faults.js';
import { text } from '../hbc/primitives.js';
import { CaseCheck, CaseSummary } from './cases.js';
import { errorCodes } from '../errors.js';
import { banners } from '../hbc/transaction.js';
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

/** Answer of `PUT` and `DELETE /v1/cases/{caseId}/checklist/{item}`. */
export const CaseChecklist = z
  .object({ checklist: z.array(z.string()), checks: z.array(CaseCheck) })
  .meta({ id: 'CaseChecklist' });

/** Body of `POST /v1/cases/claim-next`; optional. */
export const NextCaseRequest = z
  .strictObject({ banner: z.enum(banners).optional() })
  .meta({ id: 'NextCaseRequest' });

/** Answer of `POST /v1/cases/claim-next`. */
export const NextCase = z.object({ case: CaseWork.nullable() }).meta({ id: 'NextCase' });

/** Body of `POST /v1/cases/search`: what a reviewer types, which may be personal. */
export const CaseSearchRequest = z
  .strictObject({ text: trimmedText('listValue', 1) })
  .meta({ id: 'CaseSearchRequest' });

/** Answer of `POST /v1/cases/search`. */
export const FoundCases = z.object({ cases: z.array(CaseSummary) }).meta({ id: 'FoundCases' });

/** The most cases of one bulk decision. */
export const bulkMax = 100;

/** Body of `POST /v1/cases/bulk-decision` and its preview. */
export const BulkDecisionRequest = CaseDecisionRequest.extend({
  caseIds: z.array(z.uuid()).min(1).max(bulkMax),
}).meta({ id: 'BulkDecisionRequest' });

/** Answer of a bulk decision and of its preview. */
export const BulkReport = z
  .object({
    decided: z.int(),
    failed: z.int(),
    totals: z.array(z.object({ currency: z.string(), amount: z.number(), cases: z.int() })),
    results: z.array(
      z.object({
        caseId: z.uuid(),
        state: z.enum(['pending', 'awaiting_second']).nullable(),
        error: z.enum(errorCodes).nullable(),
        message: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'BulkReport' });
export type BulkReport = z.output<typeof BulkReport>;

/** Answer of `GET /v1/mentions`. */
export const MentionPage = z
  .object({
    mentions: z.array(
      z.object({
        mentionId: z.int(),
        caseId: z.uuid(),
        noteId: z.uuid(),
        by: z.string(),
        at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'MentionPage' });

/** Body of `POST /v1/mentions/read`. */
export const MentionsReadRequest = z
  .strictObject({ mentionIds: z.array(z.int().min(1)).min(1).max(200) })
  .meta({ id: 'MentionsReadRequest' });

/** Answer of `POST /v1/mentions/read`. */
export const MentionsRead = z.object({ read: z.int() }).meta({ id: 'MentionsRead' });

/** Body of `POST /v1/cases/{caseId}/list-entries`. */
export const CaseListingRequest = z
  .strictObject({
    list: z.enum(['block', 'allow']),
    subjects: z
      .array(z.enum(['card', 'email', 'account', 'device', 'ip', 'address']))
      .min(1)
      .max(6),
    reason: reasonText,
    expiresAt: zonedMoment.optional(),
  })
  .meta({ id: 'CaseListingRequest' });

/** Filters of the queue under a name; the answer of `POST /v1/queue-views`. */
export const SavedView = z
  .object({
    viewId: z.uuid(),
    name: z.string(),
    query: z.string(),
    isShared: z.boolean(),
    owner: z.string(),
    isOwn: z.boolean(),
  })
  .meta({ id: 'SavedView' });

/** Answer of `GET /v1/queue-views`. */
export const SavedViews = z.object({ views: z.array(SavedView) }).meta({ id: 'SavedViews' });

/** Body of `POST /v1/queue-views`. */
export const SavedViewRequest = z
  .strictObject({
    name: trimmedText('draftName', 1),
    query: z
      .string()
      // Neither a card number nor an e-mail address may be part of an address.
      .regex(/^(?!.*\d{12})(?!.*%40)[\w.:~%&=+,-]{1,500}$/, 'must be the query of an address')
      .meta({ pattern: String.raw`^[\w.:~%&=+,-]{1,500}$` }),
    isShared: z.boolean().default(false),
  })
  .meta({ id: 'SavedViewRequest' });
