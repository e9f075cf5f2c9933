import { Hono } from 'hono';
import type { ApiError } from '../../contracts/errors.js';
import {
  DiffQuery,
  DraftPublication,
  DraftQuery,
  DraftRebase,
  NewRuleSetDraft,
  RuleSetDraftChange,
  type RuleSetDiff,
  type RuleSetDraftText,
  type RuleSetPublished,
  type RuleTextProblem,
  RuleTextToCheck,
  VersionNumber,
  VersionPublication,
} from '../../contracts/v1/rule-sets.js';
import type { Role } from '../../contracts/v1/roles.js';
import { isUuid } from '../../contracts/uuid.js';
import { changeDraft, type ChangedDraft } from '../../services/rule-sets/change-draft.js';
import { findProblems } from '../../services/rule-sets/find-problems.js';
import { createDraft } from '../../services/rule-sets/create-draft.js';
import { diffDraft, type Diffed, diffVersion } from '../../services/rule-sets/diff.js';
import { discardDraft } from '../../services/rule-sets/discard-draft.js';
import { listDrafts } from '../../services/rule-sets/list-drafts.js';
import { listFacts } from '../../services/rule-sets/list-facts.js';
import { listPublications } from '../../services/rule-sets/list-publications.js';
import { listVersions } from '../../services/rule-sets/list-versions.js';
import { publishDraft } from '../../services/rule-sets/publish-draft.js';
import { publishVersion } from '../../services/rule-sets/publish-version.js';
import type { PublishedRules } from '../../services/rule-sets/put-in-force.js';
import { readDraft } from '../../services/rule-sets/read-draft.js';
import { readInForce } from '../../services/rule-sets/read-in-force.js';
import { rebaseDraft, type Rebased } from '../../services/rule-sets/rebase-draft.js';
import { readVersion } from '../../services/rule-sets/read-version.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault, HttpFault } from '../faults.js';
import { needsConfirmation, staleBase, versionConflict } from '../refusals.js';
import { parsed } from '../parsed.js';
import { readJson, readOptionalJson } from '../read-json.js';

const noSuchVersion = () => fault(404, 'not_found', 'no such version');
const noSuchDraft = () => fault(404, 'not_found', 'no such draft');
const draftClosed = () =>
  fault(409, 'draft_closed', 'the draft was published or discarded; begin another one');
const revisionConflict = () =>
  fault(409, 'version_conflict', '$.revision is not the present one of the draft; read it again');

/** A text's problems as elements of an error array; `where` is the text that is meant. */
const wrongText = (problems: readonly RuleTextProblem[], where: string) =>
  badRequest(
    problems.map(
      ({ rule, message, line, column }): ApiError => ({
        error: 'invalid_value',
        message: `${where}, line ${line}, column ${column}: ${rule}: ${message}`,
      }),
    ),
  );

const versionOf = (text: string): number => {
  const version = VersionNumber.safeParse(text);
  if (!version.success) throw noSuchVersion();
  return version.data;
};

const draftIdOf = (text: string): string => {
  if (!isUuid(text)) throw noSuchDraft();
  return text;
};

const diffOf = (diffed: Diffed, noSuch: () => Error): RuleSetDiff => {
  switch (diffed.kind) {
    case 'compared':
      return diffed.diff;
    case 'refused':
      throw wrongText(diffed.problems, 'the text');
    case 'unknown':
      throw noSuch();
    case 'unknown_from':
      throw noSuchVersion();
    default:
      return diffed satisfies never;
  }
};

const inForceOf = (published: PublishedRules, noSuch: () => Error): RuleSetPublished => {
  switch (published.kind) {
    case 'published':
    case 'unchanged':
      return published.inForce;
    case 'refused':
      throw wrongText(published.problems, 'the text');
    case 'version_conflict':
      throw versionConflict();
    case 'stale_base':
      throw staleBase();
    case 'needs_confirmation':
      throw needsConfirmation(published);
    case 'revision_conflict':
      throw revisionConflict();
    case 'four_eyes':
      throw fault(409, 'four_eyes', 'somebody who did not write in the draft must publish it');
    case 'revision_needed':
      throw badRequest([
        { error: 'missing_field', message: '$.revision is required: which one you have read' },
      ]);
    case 'closed':
      throw draftClosed();
    case 'unknown':
      throw noSuch();
    default:
      return published satisfies never;
  }
};

const changedOf = (changed: ChangedDraft) => {
  switch (changed.kind) {
    case 'changed':
      return changed.draft;
    case 'unkeepable':
      throw wrongText(changed.problems, '$.text');
    case 'revision_conflict':
      throw revisionConflict();
    case 'closed':
      throw draftClosed();
    case 'unknown':
      throw noSuchDraft();
    default:
      return changed satisfies never;
  }
};

const rebasedOf = (rebased: Rebased): RuleSetDraftText => {
  switch (rebased.kind) {
    case 'rebased':
      return rebased.draft;
    case 'conflicts':
      throw new HttpFault(
        409,
        rebased.names.map((name) => ({
          error: 'rebase_conflict' as const,
          message: `${name} was changed in the draft and otherwise in what is in force`,
        })),
      );
    case 'refused':
      throw wrongText(rebased.problems, 'the text');
    case 'revision_conflict':
      throw revisionConflict();
    case 'closed':
      throw draftClosed();
    case 'unknown':
      throw noSuchDraft();
    default:
      return rebased satisfies never;
  }
};

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const versionRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { pool, shippedRules: shipped, ruleGuard: guard } = deps;
  return new Hono<ApiEnv>()
    .get('/v1/rule-sets', authorise(authenticate, readers), async (c) =>
      c.json(await readInForce(pool, shipped)),
    )
    .get('/v1/rule-sets/publications', authorise(authenticate, readers), async (c) =>
      c.json({ publications: await listPublications(pool) }),
    )
    .get('/v1/rule-sets/versions', authorise(authenticate, readers), async (c) =>
      c.json({ versions: await listVersions(pool, shipped) }),
    )
    .get('/v1/rule-sets/versions/:version', authorise(authenticate, readers), async (c) => {
      const version = await readVersion(pool, shipped, versionOf(c.req.param('version')));
      if (version === undefined) throw noSuchVersion();
      return c.json(version);
    })
    .get('/v1/rule-sets/versions/:version/diff', authorise(authenticate, readers), async (c) => {
      const { from } = parsed(DiffQuery, c.req.query());
      const version = versionOf(c.req.param('version'));
      return c.json(diffOf(await diffVersion(pool, shipped, version, from), noSuchVersion));
    })
    .post(
      '/v1/rule-sets/versions/:version/publication',
      authorise(authenticate, writers),
      async (c) => {
        const version = versionOf(c.req.param('version'));
        const publication = parsed(VersionPublication, await readJson(c));
        const given = { version, publication, now: deps.now() };
        const published = await publishVersion({ ...deps, shipped, guard }, c.get('holder'), given);
        return c.json(inForceOf(published, noSuchVersion));
      },
    );
};

const draftRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { pool, shippedRules: shipped, ruleGuard: guard } = deps;
  return new Hono<ApiEnv>()
    .get('/v1/rule-sets/drafts', authorise(authenticate, readers), async (c) => {
      const { state } = parsed(DraftQuery, c.req.query());
      return c.json({ drafts: await listDrafts(pool, state) });
    })
    .post('/v1/rule-sets/drafts', authorise(authenticate, writers), async (c) => {
      const given = parsed(NewRuleSetDraft, await readJson(c));
      const created = await createDraft(
        { pool, shipped, guard },
        c.get('holder'),
        given,
        deps.now(),
      );
      if (created.kind === 'unkeepable') throw wrongText(created.problems, '$.text');
      return c.json(created.draft);
    })
    .get('/v1/rule-sets/drafts/:draftId', authorise(authenticate, readers), async (c) => {
      const draft = await readDraft({ db: pool, guard }, draftIdOf(c.req.param('draftId')));
      if (draft === undefined) throw noSuchDraft();
      return c.json(draft);
    })
    .put('/v1/rule-sets/drafts/:draftId', authorise(authenticate, writers), async (c) => {
      const draftId = draftIdOf(c.req.param('draftId'));
      const change = parsed(RuleSetDraftChange, await readJson(c));
      const given = { draftId, change, now: deps.now() };
      return c.json(changedOf(await changeDraft({ pool, guard }, c.get('holder'), given)));
    })
    .delete('/v1/rule-sets/drafts/:draftId', authorise(authenticate, writers), async (c) => {
      const draftId = draftIdOf(c.req.param('draftId'));
      const discarded = await discardDraft(pool, c.get('holder'), draftId, deps.now());
      if (discarded.kind === 'unknown') throw noSuchDraft();
      if (discarded.kind !== 'discarded') throw draftClosed();
      return c.json(discarded.draft);
    })
    .get('/v1/rule-sets/drafts/:draftId/diff', authorise(authenticate, readers), async (c) => {
      const { from } = parsed(DiffQuery, c.req.query());
      const draftId = draftIdOf(c.req.param('draftId'));
      const diffed = await diffDraft({ db: pool, shipped, guard }, draftId, from);
      return c.json(diffOf(diffed, noSuchDraft));
    })
    .post('/v1/rule-sets/drafts/:draftId/rebase', authorise(authenticate, writers), async (c) => {
      const draftId = draftIdOf(c.req.param('draftId'));
      const rebase = parsed(DraftRebase, await readOptionalJson(c));
      const given = { draftId, rebase, now: deps.now() };
      return c.json(rebasedOf(await rebaseDraft({ pool, shipped, guard }, c.get('holder'), given)));
    })
    .post(
      '/v1/rule-sets/drafts/:draftId/publication',
      authorise(authenticate, writers),
      async (c) => {
        const draftId = draftIdOf(c.req.param('draftId'));
        const publication = parsed(DraftPublication, await readJson(c));
        const given = { draftId, publication, now: deps.now() };
        const published = await publishDraft({ ...deps, shipped, guard }, c.get('holder'), given);
        return c.json(inForceOf(published, noSuchDraft));
      },
    );
};

/** Rule sets that analysts own: drafts, versions, publications, and what rules may read. */
export const ruleSetRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', versionRoutes(deps, authenticate))
    .route('/', draftRoutes(deps, authenticate))
    .post('/v1/rule-sets/validation', authorise(authenticate, writers), async (c) => {
      const { text } = parsed(RuleTextToCheck, await readJson(c));
      const problems = await findProblems({ db: deps.pool, guard: deps.ruleGuard }, text);
      return c.json({ valid: problems.length === 0, problems });
    })
    .get('/v1/rule-sets/facts', authorise(authenticate, readers), (c) => c.json(listFacts()));
