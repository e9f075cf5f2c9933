import { Hono } from 'hono';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { PolicyChange, type PolicyVersion } from '../../contracts/v1/policies.js';
import type { Role } from '../../contracts/v1/roles.js';
import { listPolicyHistory } from '../../services/policies/list-versions.js';
import { listPolicies } from '../../services/policies/list.js';
import { type Publication, publishPolicy } from '../../services/policies/publish.js';
import { readPolicy } from '../../services/policies/read.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';

const bannerOf = (text: string): Banner => {
  const banner = banners.find((known) => known === text);
  if (banner === undefined) throw fault(404, 'not_found', 'no such banner');
  return banner;
};

const versionOf = (publication: Publication, budgetMaxMs: number): PolicyVersion => {
  switch (publication.kind) {
    case 'published':
    case 'unchanged':
      return publication.version;
    case 'version_conflict':
      throw fault(409, 'version_conflict', '$.expectedVersion is not the version in force');
    case 'budget_too_large': {
      const message = `$.policy.budgetMs must be at most ${budgetMaxMs}`;
      throw badRequest([{ error: 'invalid_value', message }]);
    }
    default:
      return publication satisfies never;
  }
};

const readers: readonly Role[] = ['analyst', 'operator', 'reviewer'];

/** `/v1/policies`: how each banner decides, besides its rules; read, published, never deleted. */
export const policyRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { pool, policyDefaults: defaults, budgetMaxMs } = deps;
  return new Hono<ApiEnv>()
    .get('/v1/policies', authorise(authenticate, readers), async (c) =>
      c.json({ policies: await listPolicies(pool, defaults) }),
    )
    .get('/v1/policies/:banner', authorise(authenticate, readers), async (c) =>
      c.json(await readPolicy(pool, defaults, bannerOf(c.req.param('banner')))),
    )
    .get('/v1/policies/:banner/versions', authorise(authenticate, readers), async (c) => {
      const banner = bannerOf(c.req.param('banner'));
      return c.json({ versions: await listPolicyHistory(pool, defaults, banner) });
    })
    .put('/v1/policies/:banner', authorise(authenticate, ['analyst']), async (c) => {
      const banner = bannerOf(c.req.param('banner'));
      const change = parsed(PolicyChange, await readJson(c));
      const publication = await publishPolicy({ pool, defaults, budgetMaxMs }, c.get('holder'), {
        banner,
        change,
        now: deps.now(),
      });
      const version = versionOf(publication, budgetMaxMs);
      // The next order that this process takes is handled by what was just published.
      await deps.controls.refresh();
      return c.json(version);
    });
};
