import {
  Proposal,
  ProposalApproval,
  ProposalList,
  ProposalQuery,
} from '../../contracts/v1/proposals.js';
import type { Operation } from './operation.js';

const tag = 'Proposals';
const deciders = ['analyst', 'operator'] as const;

/** Changes that wait for another person, where four eyes are. */
export const proposalOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/proposals',
    tag,
    summary: 'List the proposals of one status, newest first.',
    roles: [...deciders, 'reviewer'],
    query: ProposalQuery,
    answer: ProposalList,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'post',
    path: '/v1/proposals/{proposalId}/approval',
    tag,
    summary: 'Make the change that somebody else has proposed.',
    roles: deciders,
    body: ProposalApproval,
    isBodyOptional: true,
    answer: Proposal,
    faults: {
      400: 'Bad input, or an entry of it has expired.',
      404: 'No such proposal.',
      409:
        '`four_eyes`: by who proposed it; `proposal_closed`; `stale_base`: what it would change ' +
        'is not as it was.',
    },
  },
  {
    method: 'delete',
    path: '/v1/proposals/{proposalId}',
    tag,
    summary: 'Discard a proposal: it is kept, and its change is not made.',
    roles: deciders,
    answer: Proposal,
    faults: { 404: 'No such proposal.', 409: '`proposal_closed`.' },
  },
];
