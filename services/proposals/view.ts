import type { Proposal } from '../../contracts/v1/proposals.js';
import type { ProposalRow } from '../../db/proposals.js';

/** Entries as people see them: of their values only the hints. */
const shownChange = ({ kind, change }: ProposalRow): ProposalRow['change'] => {
  if (kind !== 'list_entries') return change;
  const entries = Array.isArray(change['entries']) ? (change['entries'] as unknown[]) : [];
  return {
    list: change['list'],
    entries: entries.map((entry) => {
      const { kind: ofEntry, hint, reason, expiresAt } = entry as Record<string, unknown>;
      return { kind: ofEntry, hint, reason, expiresAt };
    }),
  };
};

/** A proposal as callers see it. */
export const viewProposal = (row: ProposalRow): Proposal => ({
  proposalId: row.proposal_id,
  kind: row.kind,
  object: row.object,
  status: row.status,
  change: shownChange(row),
  reason: row.reason,
  author: row.author,
  createdAt: row.created_at.toISOString(),
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
});
