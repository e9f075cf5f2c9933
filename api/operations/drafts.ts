import { DraftRebase, RuleSetPublished } from '../../contracts/v1/rule-set-changes.js';
import {
  DiffQuery,
  DraftPublication,
  DraftQuery,
  NewRuleSetDraft,
  RuleSetDiff,
  RuleSetDraft,
  RuleSetDraftChange,
  RuleSetDrafts,
  RuleSetDraftText,
} from '../../contracts/v1/rule-sets.js';
import type { Role } from '../../contracts/v1/roles.js';
import { diffDraft } from '../../services/rule-sets/diff.js';
import {
  changeDraft,
  createDraft,
  discardDraft,
  listDrafts,
  readDraft,
} from '../../services/rule-sets/drafts.js';
import { publishDraft } from '../../services/rule-sets/publish.js';
import { rebaseDraft } from '../../services/rule-sets/rebase.js';
import { found, get, post, put, remove, tagged } from '../operation.js';
import {
  changedOf,
  diffOf,
  draftClosed,
  draftConflicts,
  draftPart,
  inForceOf,
  noSuchDraft,
  publishConflicts,
  rebasedOf,
  wrongText,
  wrongTextFault,
} from '../rule-set-answers.js';

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const params = { draftId: draftPart };

/** Drafts of rule sets: written by several people, rebased, and published. */
export const draftOperations = tagged('Drafts', [
  get('/v1/rule-sets/drafts', {
    summary: 'List the drafts in one state, the latest changed first.',
    roles: readers,
    query: DraftQuery,
    answer: RuleSetDrafts,
    returns: 'The drafts, the latest changed first.',
    handle: async ({ db }, { query: { state } }) => ({ drafts: await listDrafts(db, state) }),
  }),
  post('/v1/rule-sets/drafts', {
    summary: 'Begin a draft, with the text in force unless another one is given.',
    roles: writers,
    body: NewRuleSetDraft,
    examples: { ofWhatIsInForce: { name: 'peak season' } },
    answer: RuleSetDraftText,
    returns: 'The draft.',
    handle: async (context, { body }) => {
      const { pool, shippedRules: shipped, ruleGuard: guard, now } = context;
      const created = await createDraft({ pool, shipped, guard }, context.actor, body, now);
      if (created.kind === 'unkeepable') throw wrongText(created.problems, '$.text');
      return created.draft;
    },
  }),
  get('/v1/rule-sets/drafts/{draftId}', {
    summary: 'Read a draft with its text and what is wrong with it.',
    roles: readers,
    params,
    answer: RuleSetDraftText,
    returns: 'The draft.',
    handle: async ({ db, ruleGuard: guard }, { params: { draftId } }) =>
      found(await readDraft({ db, guard }, draftId), noSuchDraft),
  }),
  put('/v1/rule-sets/drafts/{draftId}', {
    summary: 'Write a draft anew; a text with problems is kept, and they are told.',
    roles: writers,
    params,
    body: RuleSetDraftChange,
    examples: { broken: { text: 'rules:\n  - id: R1\n', revision: 1 } },
    answer: RuleSetDraftText,
    returns: 'The draft as it is kept.',
    faults: { 409: draftConflicts },
    handle: async (context, { params: { draftId }, body: change }) => {
      const { pool, ruleGuard: guard, now } = context;
      const given = { draftId, change, now };
      return changedOf(await changeDraft({ pool, guard }, context.actor, given));
    },
  }),
  remove('/v1/rule-sets/drafts/{draftId}', {
    summary: 'Discard a draft: it is kept and no longer changed.',
    roles: writers,
    params,
    answer: RuleSetDraft,
    returns: 'The draft, discarded.',
    faults: { 409: '`draft_closed`: it was published.' },
    handle: async ({ db, now, actor }, { params: { draftId } }) => {
      const discarded = await discardDraft(db, actor, draftId, now);
      if (discarded.kind === 'unknown') throw noSuchDraft();
      if (discarded.kind !== 'discarded') throw draftClosed();
      return discarded.draft;
    },
  }),
  get('/v1/rule-sets/drafts/{draftId}/diff', {
    summary: 'Compare a draft with a version, by default with the one that it was begun from.',
    roles: readers,
    params,
    query: DiffQuery,
    answer: RuleSetDiff,
    returns: 'What differs, rule by rule.',
    faults: { 400: 'Bad query, or a text with problems.', 404: 'No such draft or version.' },
    handle: async (context, { params: { draftId }, query: { from } }) => {
      const { db, shippedRules: shipped, ruleGuard: guard } = context;
      return diffOf(await diffDraft({ db, shipped, guard }, draftId, from), noSuchDraft);
    },
  }),
  post('/v1/rule-sets/drafts/{draftId}/rebase', {
    summary: 'Take over into a draft what came into force since it was begun.',
    roles: writers,
    params,
    body: DraftRebase,
    isBodyOptional: true,
    examples: { ofWhatWasRead: { revision: 1 } },
    answer: RuleSetDraftText,
    returns: 'The draft, rebased.',
    faults: {
      400: wrongTextFault,
      409: `\`rebase_conflict\`: both changed the same, one element for each; ${draftConflicts}`,
    },
    handle: async (context, { params: { draftId }, body: rebase }) => {
      const { pool, shippedRules: shipped, ruleGuard: guard, now } = context;
      const given = { draftId, rebase, now };
      return rebasedOf(await rebaseDraft({ pool, shipped, guard }, context.actor, given));
    },
  }),
  post('/v1/rule-sets/drafts/{draftId}/publication', {
    summary: 'Make a draft the next version and put it in force.',
    roles: writers,
    params,
    body: DraftPublication,
    examples: { noted: { note: 'ready for the peak season', revision: 1 } },
    answer: RuleSetPublished,
    returns: 'What is in force now, and what has changed by it.',
    faults: { 400: wrongTextFault, 409: publishConflicts },
    handle: async (context, { params: { draftId }, body: publication }) => {
      const { shippedRules: shipped, ruleGuard: guard, now } = context;
      const given = { draftId, publication, now };
      const published = await publishDraft({ ...context, shipped, guard }, context.actor, given);
      return inForceOf(published, noSuchDraft);
    },
  }),
]);
