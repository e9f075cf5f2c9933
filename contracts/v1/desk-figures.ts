import { z } from 'zod';
import { storableText } from '../faults.js';
import { AssignmentRequest, bulkMax } from './case-work.js';
import { errorCodes } from '../errors.js';

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** Query of `GET /v1/desk/figures`. */
export const DeskFiguresQuery = z.object({
  /** `me`, `all`, or the name of somebody. */
  reviewer: storableText('owner', 1).default('me'),
  zone: storableText('code', 1)
    .refine(isZone, 'must be an IANA time zone such as America/New_York')
    .default('UTC'),
});

const count = z.int().min(0);
const seconds = count.nullable();

const DeskDuration = z
  .object({ decisions: count, medianSeconds: seconds, p90Seconds: seconds })
  .meta({ id: 'DeskDuration' });

const DeskAgreement = z
  .object({
    labelled: count,
    agreed: count,
    acceptedFraud: count,
    rejectedHonest: count,
    share: z.number().min(0).max(1).nullable(),
  })
  .meta({ id: 'DeskAgreement' });

const DeskPeriod = z
  .object({
    days: z.int(),
    from: z.iso.datetime(),
    decided: count,
    accepted: count,
    rejected: count,
    confirmed: count,
    undone: count,
    overtaken: count,
    escalated: count,
    late: count,
    fromClaim: DeskDuration,
    fromOpening: DeskDuration,
    agreement: DeskAgreement,
  })
  .meta({ id: 'DeskPeriod' });

const DeskQueue = z
  .object({
    cases: count,
    byAge: z.array(
      z.object({ fromHours: z.int(), toHours: z.int().nullable(), cases: count }).meta({
        id: 'DeskAgePart',
      }),
    ),
    byDue: z.array(
      z.object({ withinHours: z.int().nullable(), cases: count }).meta({ id: 'DeskDuePart' }),
    ),
  })
  .meta({ id: 'DeskQueue' });

/** Answer of `GET /v1/desk/figures`. */
export const DeskFigures = z
  .object({
    at: z.iso.datetime(),
    zone: z.string(),
    queue: DeskQueue,
    reviewers: z.array(
      z
        .object({
          reviewer: z.string(),
          displayName: z.string(),
          periods: z.array(DeskPeriod),
          queue: DeskQueue,
        })
        .meta({ id: 'ReviewerFigures' }),
    ),
  })
  .meta({ id: 'DeskFigures' });

/** Body of `POST /v1/cases/bulk-assignment`. */
export const BulkAssignmentRequest = AssignmentRequest.extend({
  caseIds: z.array(z.uuid()).min(1).max(bulkMax),
}).meta({ id: 'BulkAssignmentRequest' });

/** Answer of `POST /v1/cases/bulk-assignment`. */
export const AssignmentReport = z
  .object({
    assigned: count,
    failed: count,
    results: z.array(
      z
        .object({
          caseId: z.uuid(),
          error: z.enum(errorCodes).nullable(),
          message: z.string().nullable(),
        })
        .meta({ id: 'AssignmentResult' }),
    ),
  })
  .meta({ id: 'AssignmentReport' });
export type AssignmentReport = z.output<typeof AssignmentReport>;
