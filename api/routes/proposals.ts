import { Hono } from 'hono';
import { type Proposal, ProposalApproval, ProposalQuery } from '../../contracts/v1/proposals.js';
import type { Role } from '../../contracts/v1/roles.js';
import { isUuid } from '../../contracts/uuid.js';
import { acting } from '../../services/context.js';
import { approveProposal, type Decided, discardProposal } from '../../services/proposals/decide.js';
import { listProposals } from '../../services/proposals/propose.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { parsed } from '../parsed.js';
import { readOptionalJson } from '../read-json.js';

const noSuchProposal = () => fault(404, 'not_found', 'no such proposal');

const idOf = (text: string): string => {
  if (!isUuid(text)) throw noSuchProposal();
  return text;
};

const decidedOf = (decided: Decided): Proposal => {
  switch (decided.kind) {
    case 'decided':
      return decided.proposal;
    case 'unknown':
      throw noSuchProposal();
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

const deciders: readonly Role[] = ['analyst', 'operator'];

/** `/v1/proposals`: changes that wait for another person, where four eyes are. */
export const proposalRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { db, policyDefaults: defaults } = deps;
  return new Hono<ApiEnv>()
    .get('/v1/proposals', authorise(authenticate, [...deciders, 'reviewer']), async (c) => {
      const { status } = parsed(ProposalQuery, c.req.query());
      return c.json({ proposals: await listProposals({ db }, status) });
    })
    .post('/v1/proposals/:proposalId/approval', authorise(authenticate, deciders), async (c) => {
      const proposalId = idOf(c.req.param('proposalId'));
      const { note } = parsed(ProposalApproval, await readOptionalJson(c));
      const given = { proposalId, note };
      const approved = decidedOf(
        await approveProposal(acting(deps, c.get('holder')), defaults, given),
      );
      await deps.controls.refresh();
      return c.json(approved);
    })
    .delete('/v1/proposals/:proposalId', authorise(authenticate, deciders), async (c) => {
      const given = { proposalId: idOf(c.req.param('proposalId')) };
      return c.json(decidedOf(await discardProposal(acting(deps, c.get('holder')), given)));
    });
};
