import type { Proposal, ProposalStatus } from '../../contracts/v1/proposals.js';
import type { Queryable } from '../../db/pool.js';
import { listProposalRows } from '../../db/proposals.js';
import { viewProposal } from './view.js';

/** Proposals of one status, newest first. Throws `TemporarilyUnavailable`. */
export const listProposals = async (db: Queryable, status: ProposalStatus): Promise<Proposal[]> =>
  (await listProposalRows(db, status)).map(viewProposal);
