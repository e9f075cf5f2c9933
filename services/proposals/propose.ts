import { randomUUID } from 'node:crypto';
import type { Proposal, ProposalKind, ProposalStatus } from '../../contracts/v1/proposals.js';
import { insertAudit } from '../../db/audit.js';
import {
  findSameProposal,
  insertProposal,
  listProposalRows,
  type ProposalRow,
} from '../../db/proposals.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Context } from '../context.js';

/** The change as the API shows it: entries only with the hints of their values. */
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

/** A proposal as the API shows it. */
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

/** Proposals of one status, newest first. */
export const listProposals = async ({ db }: Context, status: ProposalStatus): Promise<Proposal[]> =>
  (await listProposalRows(db, status)).map(viewProposal);

interface ToPropose {
  readonly kind: ProposalKind;
  readonly object: string;
  readonly change: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** The change waits for another person; nothing else has changed. */
export interface Proposed {
  readonly kind: 'proposed';
  readonly proposal: Proposal;
}

/**
 * Stores a change for another person's approval, with one audit row. The same proposal by the same
 * person again returns the waiting one. Call it under the lock of what would change.
 */
export const propose = async (
  { db, actor, now }: Context<'actor' | 'now'>,
  { kind, object, change, reason }: ToPropose,
): Promise<Proposed> => {
  const same = await findSameProposal(db, { object, author: actor.name, change });
  if (same !== undefined) return { kind: 'proposed', proposal: viewProposal(same) };
  const row = await insertProposal(db, {
    kind,
    object,
    change,
    proposal_id: randomUUID(),
    reason: maskReason(reason),
    author: actor.name,
    created_at: now,
  });
  await insertAudit(db, {
    actor: actor.name,
    action: 'proposal.created',
    object: `proposal:${row.proposal_id}`,
    details: { of: object, reason: row.reason },
    at: now,
  });
  return { kind: 'proposed', proposal: viewProposal(row) };
};
