import {
  Proposal,
  ProposalApproval,
  ProposalList,
  ProposalQuery,
} from '../../contracts/v1/proposals.js';
import type { Role } from '../../contracts/v1/roles.js';
import { approveProposal, type Decided, discardProposal } from '../../services/proposals/decide.js';
import { listProposals } from '../../services/proposals/propose.js';
import { badRequest, fault } from '../faults.js';
import { get, idPart, post, remove, tagged } from '../operation.js';

const deciders: readonly Role[] = ['analyst', 'operator'];

const params = { proposalId: idPart("The proposal's id.", 'no such proposal') };

const decidedOf = (decided: Decided): Proposal => {
  switch (decided.kind) {
    case 'decided':
      return decided.proposal;
    case 'unknown':
      throw params.proposalId.missing();
    case 'forbidden':
      throw fault(403, 'forbidden', `this key's role may not make this change`);
    case 'closed':
      throw fault(409, 'proposal_closed', 'it was approved or discarded');
    case 'four_eyes':
      throw fault(409, 'four_eyes', 'somebody else than who proposed it must approve it');
    case 'stale_base':
      throw fault(409, 'stale_base', 'it was proposed on what is not in force any more');
    case 'refused':
      throw badRequest([{ error: 'invalid_value', message: '$.expiresAt must lie ahead' }]);
    default:
      return decided satisfies never;
  }
};

const tag = {
  name: 'Proposals',
  description: 'Changes that wait for approval by another person, where four eyes apply.',
};

export const proposalOperations = tagged(tag, [
  get('/v1/proposals', {
    summary: 'List the proposals with one status, newest first.',
    roles: [...deciders, 'reviewer'],
    query: ProposalQuery,
    answer: ProposalList,
    returns: 'The proposals, newest first, at most five hundred.',
    handle: async (context, { query }) => ({
      proposals: await listProposals(context, query.status),
    }),
  }),
  post('/v1/proposals/{proposalId}/approval', {
    summary: 'Approve a change that somebody else has proposed; Verdict then makes it.',
    roles: deciders,
    params,
    body: ProposalApproval,
    isBodyOptional: true,
    examples: { noted: { note: 'agreed by phone' } },
    answer: Proposal,
    returns: 'The proposal, approved; its change is made.',
    faults: {
      400: 'Bad input, or a proposed entry has expired.',
      409:
        '`four_eyes`: the caller proposed it; `proposal_closed`; `stale_base`: what it would ' +
        'change has changed since.',
    },
    handle: async (context, { params: { proposalId }, body: { note } }) => {
      const given = { proposalId, note };
      const approved = decidedOf(await approveProposal(context, context.defaults, given));
      await context.controls.refresh();
      return approved;
    },
  }),
  remove('/v1/proposals/{proposalId}', {
    summary: 'Discard a proposal: it stays stored, and Verdict does not make its change.',
    roles: deciders,
    params,
    answer: Proposal,
    returns: 'The proposal, discarded.',
    faults: { 409: '`proposal_closed`.' },
    handle: async (context, { params: { proposalId } }) =>
      decidedOf(await discardProposal(context, { proposalId })),
  }),
]);
