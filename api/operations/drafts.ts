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

const tag = {
  name: 'Drafts',
  description: 'Drafts of rule sets: several people edit, rebase and publish them.',
};

export const draftOperations = tagged(tag, [
  get('/v1/rule-sets/drafts', {
    summary: 'List the drafts in one state, latest change first.',
    roles: readers,
    query: DraftQuery,
    answer: RuleSetDrafts,
    returns: 'The drafts, latest change first.',
    handle: async (context, { query: { state } }) => ({ drafts: await listDrafts(context, state) }),
  }),
  post('/v1/rule-sets/drafts', {
    summary: 'Create a draft, with the text in force unless the body has another one.',
    roles: writers,
    body: NewRuleSetDraft,
    examples: { ofWhatIsInForce: { name: 'peak season' } },
    answer: RuleSetDraftText,
    returns: 'The draft.',
    handle: async (context, { body }) => {
      const created = await createDraft(context, body);
      if (created.kind === 'unkeepable') throw wrongText(created.problems, '$.text');
      return created.draft;
    },
  }),
  get('/v1/rule-sets/drafts/{draftId}', {
    summary: 'Read a draft with its text and its problems.',
    roles: readers,
    params,
    answer: RuleSetDraftText,
    returns: 'The draft.',
    handle: async (context, { params: { draftId } }) =>
      found(await readDraft(context, draftId), noSuchDraft),
  }),
  put('/v1/rule-sets/drafts/{draftId}', {
    summary: 'Update a draft; a text with problems is stored, and the answer lists them.',
    roles: writers,
    params,
    body: RuleSetDraftChange,
    examples: { broken: { text: 'rules:\n  - id: R1\n', revision: 1 } },
    answer: RuleSetDraftText,
    returns: 'The draft as stored.',
    faults: { 409: draftConflicts },
    handle: async (context, { params: { draftId }, body: change }) =>
      changedOf(await changeDraft(context, { draftId, change })),
  }),
  remove('/v1/rule-sets/drafts/{draftId}', {
    summary: 'Discard a draft: it stays stored and can no longer change.',
    roles: writers,
    params,
    answer: RuleSetDraft,
    returns: 'The draft, discarded.',
    faults: { 409: '`draft_closed`: it was published.' },
    handle: async (context, { params: { draftId } }) => {
      const discarded = await discardDraft(context, draftId);
      if (discarded.kind === 'unknown') throw noSuchDraft();
      if (discarded.kind !== 'discarded') throw draftClosed();
      return discarded.draft;
    },
  }),
  get('/v1/rule-sets/drafts/{draftId}/diff', {
    summary: 'Compare a draft with a version, by default with the one that it started from.',
    roles: readers,
    params,
    query: DiffQuery,
    answer: RuleSetDiff,
    returns: 'The differences, rule by rule.',
    faults: { 400: 'Bad query, or a text with problems.', 404: 'No such draft or version.' },
    handle: async (context, { params: { draftId }, query: { from } }) =>
      diffOf(await diffDraft(context, draftId, from), noSuchDraft),
  }),
  post('/v1/rule-sets/drafts/{draftId}/rebase', {
    summary: 'Merge into a draft what has come into force since it was created.',
    roles: writers,
    params,
    body: DraftRebase,
    isBodyOptional: true,
    examples: { ofWhatWasRead: { revision: 1 } },
    answer: RuleSetDraftText,
    returns: 'The draft, rebased.',
    faults: {
      400: wrongTextFault,
      409: `\`rebase_conflict\`: one element for each conflict; ${draftConflicts}`,
    },
    handle: async (context, { params: { draftId }, body: rebase }) =>
      rebasedOf(await rebaseDraft(context, { draftId, rebase })),
  }),
  post('/v1/rule-sets/drafts/{draftId}/publication', {
    summary: 'Publish a draft: it becomes the next version and comes into force.',
    roles: writers,
    params,
    body: DraftPublication,
    examples: { noted: { note: 'ready for the peak season', revision: 1 } },
    answer: RuleSetPublished,
    returns: 'What is in force now, and what this changed.',
    faults: { 400: wrongTextFault, 409: publishConflicts },
    handle: async (context, { params: { draftId }, body: publication }) => {
      const published = await publishDraft(context, { draftId, publication });
      return inForceOf(published, noSuchDraft);
    },
  }),
]);
