import { Hono } from 'hono';
import { DraftRebase } from '../../contracts/v1/rule-set-changes.js';
import {
  DiffQuery,
  DraftPublication,
  DraftQuery,
  NewRuleSetDraft,
  RuleSetDraftChange,
} from '../../contracts/v1/rule-sets.js';
import type { Role } from '../../contracts/v1/roles.js';
import { acting } from '../../services/context.js';
import {
  changeDraft,
  createDraft,
  discardDraft,
  listDrafts,
  readDraft,
} from '../../services/rule-sets/drafts.js';
import { diffDraft } from '../../services/rule-sets/diff.js';
import { publishDraft } from '../../services/rule-sets/publish.js';
import { rebaseDraft } from '../../services/rule-sets/rebase.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { parsed } from '../parsed.js';
import { readJson, readOptionalJson } from '../read-json.js';
import {
  changedOf,
  diffOf,
  draftClosed,
  draftIdOf,
  inForceOf,
  noSuchDraft,
  rebasedOf,
  wrongText,
} from '../rule-set-answers.js';

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

/** Drafts: written by several people, rebased, and published. */
export const ruleSetDraftRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { db, shippedRules: shipped, ruleGuard: guard } = deps;
  return new Hono<ApiEnv>()
    .get('/v1/rule-sets/drafts', authorise(authenticate, readers), async (c) => {
      const { state } = parsed(DraftQuery, c.req.query());
      return c.json({ drafts: await listDrafts({ db }, state) });
    })
    .post('/v1/rule-sets/drafts', authorise(authenticate, writers), async (c) => {
      const given = parsed(NewRuleSetDraft, await readJson(c));
      const created = await createDraft(
        { ...acting(deps, c.get('holder')), shipped, guard },
        given,
      );
      if (created.kind === 'unkeepable') throw wrongText(created.problems, '$.text');
      return c.json(created.draft);
    })
    .get('/v1/rule-sets/drafts/:draftId', authorise(authenticate, readers), async (c) => {
      const draft = await readDraft({ db, guard }, draftIdOf(c.req.param('draftId')));
      if (draft === undefined) throw noSuchDraft();
      return c.json(draft);
    })
    .put('/v1/rule-sets/drafts/:draftId', authorise(authenticate, writers), async (c) => {
      const draftId = draftIdOf(c.req.param('draftId'));
      const change = parsed(RuleSetDraftChange, await readJson(c));
      const given = { draftId, change };
      return c.json(
        changedOf(await changeDraft({ ...acting(deps, c.get('holder')), guard }, given)),
      );
    })
    .delete('/v1/rule-sets/drafts/:draftId', authorise(authenticate, writers), async (c) => {
      const draftId = draftIdOf(c.req.param('draftId'));
      const discarded = await discardDraft(acting(deps, c.get('holder')), draftId);
      if (discarded.kind === 'unknown') throw noSuchDraft();
      if (discarded.kind !== 'discarded') throw draftClosed();
      return c.json(discarded.draft);
    })
    .get('/v1/rule-sets/drafts/:draftId/diff', authorise(authenticate, readers), async (c) => {
      const { from } = parsed(DiffQuery, c.req.query());
      const draftId = draftIdOf(c.req.param('draftId'));
      const diffed = await diffDraft({ db, shipped, guard }, draftId, from);
      return c.json(diffOf(diffed, noSuchDraft));
    })
    .post('/v1/rule-sets/drafts/:draftId/rebase', authorise(authenticate, writers), async (c) => {
      const draftId = draftIdOf(c.req.param('draftId'));
      const rebase = parsed(DraftRebase, await readOptionalJson(c));
      const given = { draftId, rebase };
      return c.json(
        rebasedOf(await rebaseDraft({ ...acting(deps, c.get('holder')), shipped, guard }, given)),
      );
    })
    .post(
      '/v1/rule-sets/drafts/:draftId/publication',
      authorise(authenticate, writers),
      async (c) => {
        const draftId = draftIdOf(c.req.param('draftId'));
        const publication = parsed(DraftPublication, await readJson(c));
        const given = { draftId, publication };
        const published = await publishDraft(
          { ...acting(deps, c.get('holder')), shipped, guard },
          given,
        );
        return c.json(inForceOf(published, noSuchDraft));
      },
    );
};
