import { Hono } from 'hono';
import { votingPartners } from '../../contracts/policy.js';
import { PartnerSwitch } from '../../contracts/v1/partners.js';
import { acting, atPresent } from '../../services/context.js';
import { listPartners } from '../../services/partners/health.js';
import { switchPartner } from '../../services/partners/levers.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { fault } from '../faults.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';

/** `/v1/partners`: the operators' levers, and what the workers say of each partner. */
export const partnerRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const list = () => listPartners(atPresent(deps), { configured: deps.configuredPartners });
  return new Hono<ApiEnv>()
    .get('/v1/partners', authorise(authenticate, ['operator', 'analyst']), async (c) =>
      c.json({ partners: await list() }),
    )
    .put('/v1/partners/:name', authorise(authenticate, ['operator']), async (c) => {
      const partner = votingPartners.find((known) => known === c.req.param('name'));
      if (partner === undefined) throw fault(404, 'not_found', 'no such partner');
      const lever = parsed(PartnerSwitch, await readJson(c));
      const change = { partner, lever };
      const switched = await switchPartner(acting(deps, c.get('holder')), change);
      if (switched.kind === 'proposed') return c.json(switched.proposal, 202);
      await deps.controls.refresh();
      return c.json((await list()).find(({ name }) => name === partner));
    });
};
