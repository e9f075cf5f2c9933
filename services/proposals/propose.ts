import { randomUUID } from 'node:crypto';
import type { Proposal, ProposalKind } from '../../contracts/v1/proposals.js';
import { insertAudit } from '../../db/audit.js';
import type { Queryable } from '../../db/pool.js';
import { findSameProposal, insertProposal } from '../../db/proposals.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { viewProposal } from './view.js';

export interface ToPropose {
  readonly kind: ProposalKind;
  readonly object: string;
  readonly change: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly now: Date;
}

/** Something waits for another person; nothing else has changed. */
export interface Proposed {
  readonly kind: 'proposed';
  readonly proposal: Proposal;
}

/**
 * Keeps a change for another person, with one audit row. The same one by the same person again is
 * answered as it waits. Call it under the lock of what would be changed. Throws
 * `TemporarilyUnavailable`.
 */
export const propose = async (
  db: Queryable,
  actor: Actor,
  { kind, object, change, reason, now }: ToPropose,
): Promise<Proposed> => {
  const same = await findSameProposal(db, { object, author: actor.name, change });
  if (same !== undefined) return { kind: 'proposed', proposal: viewProposal(same) };
  const row = await insertProposal(db, {
    ...{ kind, object, change },
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
