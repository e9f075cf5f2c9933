import { type Context, Hono } from 'hono';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { PolicyChange, PolicyReturn, PolicyToTry } from '../../contracts/v1/policies.js';
import type { Role } from '../../contracts/v1/roles.js';
import { DiffQuery, VersionNumber } from '../../contracts/v1/rule-sets.js';
import { acting, atPresent } from '../../services/context.js';
import { countUnderPolicy } from '../../services/confirmation.js';
import { differencesOf, diffPolicy } from '../../services/policies/differences.js';
import {
  listPolicies,
  listPolicyHistory,
  readPolicy,
  readPolicyVersion,
} from '../../services/policies/versions.js';
import { type PolicyToPublish, publishPolicy } from '../../services/policies/publish.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';
import { needsConfirmation, versionConflict } from '../refusals.js';

const bannerOf = (c: Context): Banner => {
  const banner = banners.find((known) => known === c.req.param('banner'));
  if (banner === undefined) throw fault(404, 'not_found', 'no such banner');
  return banner;
};

const noSuchVersion = () => fault(404, 'not_found', 'no such version');

const versionOf = (c: Context): number => {
  const version = VersionNumber.safeParse(c.req.param('version'));
  if (!version.success) throw noSuchVersion();
  return version.data;
};

const readers: readonly Role[] = ['analyst', 'operator', 'reviewer'];
const writers: readonly Role[] = ['analyst'];

const publish = async (c: Context<ApiEnv>, deps: ApiDeps, given: Omit<PolicyToPublish, 'now'>) => {
  const { policyDefaults: defaults, budgetMaxMs } = deps;
  const holder = c.get('holder');
  const published = await publishPolicy({ ...acting(deps, holder), defaults }, given);
  switch (published.kind) {
    case 'published':
    case 'unchanged':
      // The next order that this process takes is handled by what was just published.
      await deps.controls.refresh();
      return c.json(published.version);
    case 'proposed':
      return c.json(published.proposal, 202);
    case 'version_conflict':
      throw versionConflict();
    case 'needs_confirmation':
      throw needsConfirmation(published);
    case 'budget_too_large': {
      const message = `$.policy.budgetMs must be at most ${budgetMaxMs}`;
      throw badRequest([{ error: 'invalid_value', message }]);
    }
    default:
      return published satisfies never;
  }
};

const readingRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { db, policyDefaults: defaults } = deps;
  return new Hono<ApiEnv>()
    .get('/v1/policies', authorise(authenticate, readers), async (c) =>
      c.json({ policies: await listPolicies({ db }, defaults) }),
    )
    .get('/v1/policies/:banner', authorise(authenticate, readers), async (c) =>
      c.json(await readPolicy({ db }, defaults, bannerOf(c))),
    )
    .get('/v1/policies/:banner/versions', authorise(authenticate, readers), async (c) =>
      c.json({ versions: await listPolicyHistory({ db }, defaults, bannerOf(c)) }),
    )
    .get(
      '/v1/policies/:banner/versions/:version/diff',
      authorise(authenticate, readers),
      async (c) => {
        const { from } = parsed(DiffQuery, c.req.query());
        const given = { banner: bannerOf(c), version: versionOf(c), from };
        const diff = await diffPolicy({ db }, defaults, given);
        if (diff === undefined) throw noSuchVersion();
        return c.json(diff);
      },
    );
};

/** `/v1/policies`: how each banner decides, besides its rules; read, published, never deleted. */
export const policyRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { db, policyDefaults: defaults } = deps;
  return new Hono<ApiEnv>()
    .route('/', readingRoutes(deps, authenticate))
    .put('/v1/policies/:banner', authorise(authenticate, writers), async (c) => {
      const banner = bannerOf(c);
      return publish(c, deps, { banner, change: parsed(PolicyChange, await readJson(c)) });
    })
    .post(
      '/v1/policies/:banner/versions/:version/publication',
      authorise(authenticate, writers),
      async (c) => {
        const banner = bannerOf(c);
        const version = await readPolicyVersion({ db }, defaults, banner, versionOf(c));
        if (version === undefined) throw noSuchVersion();
        const change = parsed(PolicyReturn, await readJson(c));
        return publish(c, deps, { banner, change: { ...change, policy: version.policy } });
      },
    )
    .post('/v1/policies/:banner/try', authorise(authenticate, writers), async (c) => {
      const banner = bannerOf(c);
      const { policy } = parsed(PolicyToTry, await readJson(c));
      const inForce = await readPolicy({ db }, defaults, banner);
      const given = { banner, inForce, policy };
      const answers = await countUnderPolicy(atPresent(deps), given);
      return c.json({ changes: differencesOf(inForce.policy, policy), answers });
    });
};
