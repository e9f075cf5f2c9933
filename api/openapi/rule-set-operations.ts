import { DraftRebase, RuleSetPublished } from '../../contracts/v1/rule-set-changes.js';
import {
  DiffQuery,
  DraftPublication,
  DraftQuery,
  FactCatalogue,
  NewRuleSetDraft,
  RuleSetDiff,
  RuleSetDraft,
  RuleSetDraftChange,
  RuleSetDrafts,
  RuleSetDraftText,
  RuleSetInForce,
  RuleSetPublications,
  RuleSetVersions,
  RuleSetVersionText,
  RuleTextCheck,
  RuleTextToCheck,
  VersionPublication,
} from '../../contracts/v1/rule-sets.js';
import type { Operation } from './operation.js';

const readers = ['analyst', 'reviewer', 'operator'] as const;

const common = { tag: 'Rule sets' } as const;
const get = { ...common, method: 'get', roles: readers } as const;
const write = { ...common, roles: ['analyst'] } as const;

const wrongText = 'Bad input, or a text with problems, each with line and column.';
const draftConflicts =
  '`version_conflict`: another revision is the present one; `draft_closed`: no longer open.';
const publishConflicts =
  '`version_conflict`: another version is in force, or another revision is the present one; ' +
  '`stale_base`: begun from what is not in force any more; `needs_confirmation`: it does a lot; ' +
  '`four_eyes`: an editor of the draft; `draft_closed`.';

const versionOperations: readonly Operation[] = [
  {
    ...get,
    path: '/v1/rule-sets',
    summary: 'Read which rule set is in force.',
    answer: RuleSetInForce,
    faults: {},
  },
  {
    ...get,
    path: '/v1/rule-sets/publications',
    summary: 'List which versions were in force from when on, newest first.',
    answer: RuleSetPublications,
    faults: {},
  },
  {
    ...get,
    path: '/v1/rule-sets/versions',
    summary: 'List the versions, newest first; the last is the shipped file.',
    answer: RuleSetVersions,
    faults: {},
  },
  {
    ...get,
    path: '/v1/rule-sets/versions/{version}',
    summary: 'Read a version with its text.',
    answer: RuleSetVersionText,
    faults: { 404: 'No such version.' },
  },
  {
    ...get,
    path: '/v1/rule-sets/versions/{version}/diff',
    summary: 'Compare a version with another one, by default with the one before it.',
    query: DiffQuery,
    answer: RuleSetDiff,
    faults: { 400: 'Bad query, or a text that cannot be read any more.', 404: 'No such version.' },
  },
  {
    ...write,
    method: 'post',
    path: '/v1/rule-sets/versions/{version}/publication',
    summary: 'Put a version in force: so an earlier one is gone back to.',
    body: VersionPublication,
    answer: RuleSetPublished,
    faults: { 400: wrongText, 404: 'No such version.', 409: publishConflicts },
  },
];

const draftOperations: readonly Operation[] = [
  {
    ...get,
    path: '/v1/rule-sets/drafts',
    summary: 'List the drafts in one state, the latest changed first.',
    query: DraftQuery,
    answer: RuleSetDrafts,
    faults: { 400: 'Bad query.' },
  },
  {
    ...write,
    method: 'post',
    path: '/v1/rule-sets/drafts',
    summary: 'Begin a draft, with the text in force unless another one is given.',
    body: NewRuleSetDraft,
    answer: RuleSetDraftText,
    faults: { 400: 'Bad input.' },
  },
  {
    ...get,
    path: '/v1/rule-sets/drafts/{draftId}',
    summary: 'Read a draft with its text and what is wrong with it.',
    answer: RuleSetDraftText,
    faults: { 404: 'No such draft.' },
  },
  {
    ...write,
    method: 'put',
    path: '/v1/rule-sets/drafts/{draftId}',
    summary: 'Write a draft anew; a text with problems is kept, and they are told.',
    body: RuleSetDraftChange,
    answer: RuleSetDraftText,
    faults: { 400: 'Bad input.', 404: 'No such draft.', 409: draftConflicts },
  },
  {
    ...write,
    method: 'delete',
    path: '/v1/rule-sets/drafts/{draftId}',
    summary: 'Discard a draft: it is kept and no longer changed.',
    answer: RuleSetDraft,
    faults: { 404: 'No such draft.', 409: '`draft_closed`: it was published.' },
  },
  {
    ...get,
    path: '/v1/rule-sets/drafts/{draftId}/diff',
    summary: 'Compare a draft with a version, by default with the one that it was begun from.',
    query: DiffQuery,
    answer: RuleSetDiff,
    faults: { 400: 'Bad query, or a text with problems.', 404: 'No such draft or version.' },
  },
  {
    ...write,
    method: 'post',
    path: '/v1/rule-sets/drafts/{draftId}/rebase',
    summary: 'Take over into a draft what came into force since it was begun.',
    body: DraftRebase,
    isBodyOptional: true,
    answer: RuleSetDraftText,
    faults: {
      400: wrongText,
      404: 'No such draft.',
      409: `\`rebase_conflict\`: both changed the same, one element for each; ${draftConflicts}`,
    },
  },
  {
    ...write,
    method: 'post',
    path: '/v1/rule-sets/drafts/{draftId}/publication',
    summary: 'Make a draft the next version and put it in force.',
    body: DraftPublication,
    answer: RuleSetPublished,
    faults: { 400: wrongText, 404: 'No such draft.', 409: publishConflicts },
  },
];

/** Rule sets that analysts own: drafts, versions, publications. */
export const ruleSetOperations: readonly Operation[] = [
  ...versionOperations,
  ...draftOperations,
  {
    ...write,
    method: 'post',
    path: '/v1/rule-sets/validation',
    summary: 'Check the text of a rule set; nothing is kept.',
    body: RuleTextToCheck,
    answer: RuleTextCheck,
    faults: { 400: 'Bad input.' },
  },
  {
    ...get,
    path: '/v1/rule-sets/facts',
    summary: 'List everything that a rule may read.',
    answer: FactCatalogue,
    faults: {},
  },
];
