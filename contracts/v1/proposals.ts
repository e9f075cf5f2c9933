import { z } from 'zod';
import { freeText } from './free-text.js';

export const proposalKinds = ['policy', 'partner', 'list_entries'] as const;
export type ProposalKind = (typeof proposalKinds)[number];

export const proposalStatuses = ['waiting', 'approved', 'discarded'] as const;
export type ProposalStatus = (typeof proposalStatuses)[number];

/** A change that waits for a second person's approval (four eyes). */
export const Proposal = z
  .object({
    proposalId: z.uuid(),
    kind: z.enum(proposalKinds),
    /** The object of the change: `policy:bay`, `partner:yleo`, `list:allow`. */
    object: z.string(),
    status: z.enum(proposalStatuses),
    /** The change: settings by path, a lever's state, or the entries with their hints. */
    change: z.record(z.string(), z.unknown()),
    /** The reason; for several entries, the first one's. */
    reason: z.string(),
    author: z.string(),
    createdAt: z.iso.datetime(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Proposal' });
export type Proposal = z.output<typeof Proposal>;

/** Body of `POST /v1/proposals/{proposalId}/approval`; it may be left out. */
export const ProposalApproval = z
  .strictObject({
    /** For the audit trail. */
    note: freeText,
  })
  .meta({ id: 'ProposalApproval' });

/** Query of `GET /v1/proposals`. */
export const ProposalQuery = z.object({ status: z.enum(proposalStatuses).default('waiting') });

/** Answer of `GET /v1/proposals`, newest first; the newest five hundred. */
export const ProposalList = z.object({ proposals: z.array(Proposal) }).meta({ id: 'ProposalList' });
