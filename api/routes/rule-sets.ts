import { Hono } from 'hono';
import { DiffQuery, RuleTextToCheck, VersionPublication } from '../../contracts/v1/rule-sets.js';
import type { Role } from '../../contracts/v1/roles.js';
import { acting } from '../../services/context.js';
import { diffVersion } from '../../services/rule-sets/diff.js';
import { findProblems } from '../../services/rule-sets/check.js';
import { listFacts } from '../../services/rule-sets/facts.js';
import { listPublications, listVersions, readVersion } from '../../services/rule-sets/versions.js';
import { publishVersion } from '../../services/rule-sets/publish.js';
import { readInForce } from '../../services/rule-sets/in-force.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';
import { diffOf, inForceOf, noSuchVersion, versionOf } from '../rule-set-answers.js';
import { ruleSetDraftRoutes } from './rule-set-drafts.js';

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const versionRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { db, shippedRules: shipped, ruleGuard: guard } = deps;
  return new Hono<ApiEnv>()
    .get('/v1/rule-sets', authorise(authenticate, readers), async (c) =>
      c.json(await readInForce({ db }, shipped)),
    )
    .get('/v1/rule-sets/publications', authorise(authenticate, readers), async (c) =>
      c.json({ publications: await listPublications({ db }) }),
    )
    .get('/v1/rule-sets/versions', authorise(authenticate, readers), async (c) =>
      c.json({ versions: await listVersions({ db }, shipped) }),
    )
    .get('/v1/rule-sets/versions/:version', authorise(authenticate, readers), async (c) => {
      const version = await readVersion({ db }, shipped, versionOf(c.req.param('version')));
      if (version === undefined) throw noSuchVersion();
      return c.json(version);
    })
    .get('/v1/rule-sets/versions/:version/diff', authorise(authenticate, readers), async (c) => {
      const { from } = parsed(DiffQuery, c.req.query());
      const version = versionOf(c.req.param('version'));
      return c.json(diffOf(await diffVersion({ db }, shipped, version, from), noSuchVersion));
    })
    .post(
      '/v1/rule-sets/versions/:version/publication',
      authorise(authenticate, writers),
      async (c) => {
        const version = versionOf(c.req.param('version'));
        const publication = parsed(VersionPublication, await readJson(c));
        const given = { version, publication };
        const published = await publishVersion(
          { ...acting(deps, c.get('holder')), shipped, guard },
          given,
        );
        return c.json(inForceOf(published, noSuchVersion));
      },
    );
};

/** Rule sets that analysts own: drafts, versions, publications, and what rules may read. */
export const ruleSetRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', versionRoutes(deps, authenticate))
    .route('/', ruleSetDraftRoutes(deps, authenticate))
    .post('/v1/rule-sets/validation', authorise(authenticate, writers), async (c) => {
      const { text } = parsed(RuleTextToCheck, await readJson(c));
      const problems = await findProblems({ db: deps.db, guard: deps.ruleGuard }, text);
      return c.json({ valid: problems.length === 0, problems });
    })
    .get('/v1/rule-sets/facts', authorise(authenticate, readers), (c) => c.json(listFacts()));
